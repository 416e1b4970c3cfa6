"""The admin theme's controls for settings, by the type of the setting."""

from decimal import Decimal

from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from strategies.forms import Widgets

ADMIN_WIDGETS: Widgets = {
    int: UnfoldAdminIntegerFieldWidget,
    float: UnfoldAdminDecimalFieldWidget,
    Decimal: UnfoldAdminDecimalFieldWidget,
    bool: UnfoldBooleanSwitchWidget,
    str: UnfoldAdminTextInputWidget,
}
