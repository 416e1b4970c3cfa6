"""When the forex market is closed inside its week: listed, added, changed."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.idempotency import once_per_key
from access.pagination import list_shape, listed, page_of
from access.permissions import IsStaff
from access.sent import PageQuery, read_body, read_query
from access.throttles import WriteThrottle
from markets.api.shapes import HolidayChange, HolidayOut, NewHoliday
from markets.holidays import change_holiday, save_holiday
from markets.models import Holiday


class Holidays(APIView):
    """Every holiday, the latest first."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="list_holidays",
        tags=["markets"],
        parameters=[PageQuery],
        responses=list_shape("Holidays", HolidayOut),
    )
    def get(self, request: Request) -> Response:
        read_query(PageQuery, request)
        page = page_of(Holiday.objects.all(), request, ordering=("-closes_at",))
        return listed(page, HolidayOut)

    @extend_schema(
        operation_id="add_holiday",
        tags=["markets"],
        request=NewHoliday,
        responses={201: HolidayOut},
    )
    @once_per_key
    def post(self, request: Request) -> Response:
        """Add a time when the market is closed."""
        holiday = Holiday(**read_body(NewHoliday, request))
        save_holiday(holiday, by=str(request.user), now=timezone.now())
        return Response(HolidayOut(holiday).data, status=201)


class HolidayView(APIView):
    """One holiday."""

    permission_classes = [IsStaff]
    throttle_classes = [WriteThrottle]

    @extend_schema(operation_id="read_holiday", tags=["markets"], responses=HolidayOut)
    def get(self, request: Request, holiday_id: int) -> Response:
        return Response(HolidayOut(get_object_or_404(Holiday, pk=holiday_id)).data)

    @extend_schema(
        operation_id="change_holiday", tags=["markets"], request=HolidayChange, responses=HolidayOut
    )
    def patch(self, request: Request, holiday_id: int) -> Response:
        """Change what is named of a holiday."""
        changes = read_body(HolidayChange, request)
        holiday = get_object_or_404(Holiday, pk=holiday_id)
        changed = change_holiday(holiday, changes, by=str(request.user), now=timezone.now())
        return Response(HolidayOut(changed).data)
