import pytest
from django.contrib.auth.models import Group, Permission, User

from access.roles import Role, role_of, set_role, sync_roles
from tests.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("permission", "admin", "staff", "viewer"),
    [
        ("access.read_desk", True, True, True),
        ("access.run_desk", True, True, False),
        ("audit.read_log", True, True, True),
        ("audit.view_event", True, False, False),
        ("audit.change_event", True, False, False),
        ("auth.change_user", True, False, False),
        ("auth.change_group", True, False, False),
        ("auth.view_user", True, False, False),
        ("access.view_apikey", True, False, False),
        ("access.add_apikey", True, False, False),
        ("token_blacklist.view_outstandingtoken", True, False, False),
        ("markets.change_symbol", True, True, False),
        ("markets.view_symbol", True, True, True),
        ("markets.delete_symbol", True, False, False),
        ("strategies.change_strategyconfig", True, True, False),
        ("delivery.add_recipient", True, True, False),
    ],
)
def test_each_role_may_do_this_much(permission, admin, staff, viewer):
    users = [make_user(role.value, role) for role in Role]

    assert [user.has_perm(permission) for user in users] == [admin, staff, viewer]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_recognised_by_what_it_may_do_not_by_its_name(role):
    user = User.objects.create_user("anna")
    user.user_permissions.set(Group.objects.get(name=role.value).permissions.all())

    assert role_of(User.objects.get(pk=user.pk)) is role


def test_somebody_without_a_role_may_do_nothing():
    assert role_of(User.objects.create_user("anna")) is None


def test_changing_the_role_takes_the_old_rights_away():
    user = make_user("anna", Role.ADMIN)
    user.user_permissions.add(Permission.objects.get(codename="change_user"))

    set_role(user, "viewer")

    user = User.objects.get(pk=user.pk)
    assert (user.is_superuser, user.is_staff) == (False, False)
    assert [group.name for group in user.groups.all()] == ["viewer"]
    assert not user.has_perm("auth.change_user")


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match="operator"):
        set_role(User.objects.create_user("anna"), "operator")


def test_syncing_twice_changes_nothing_and_heals_a_group_somebody_changed():
    staff = Group.objects.get(name="staff")
    before = set(staff.permissions.values_list("codename", flat=True))
    staff.permissions.add(Permission.objects.get(codename="change_user"))

    sync_roles()
    sync_roles()

    assert set(staff.permissions.values_list("codename", flat=True)) == before
    assert Group.objects.count() == 3
