"""From sign-up to a hold by a client that was generated from the OpenAPI document, as the package `generated`."""

import json
import sys
import time

from generated.api.catalogue import get_concert, list_concerts
from generated.api.identity import log_in, sign_up
from generated.api.reservations import reserve_seats
from generated.api.seats import list_seats
from generated.api.waiting_room import get_room_entry, join_room
from generated.client import AuthenticatedClient, Client
from generated.models.log_in import LogIn
from generated.models.new_reservation import NewReservation
from generated.models.performance_status import PerformanceStatus
from generated.models.problem import Problem
from generated.models.seat_status import SeatStatus
from generated.models.sign_up import SignUp


def okay(answer):
    if answer is None or isinstance(answer, Problem):
        raise RuntimeError(f"refused: {answer}")
    return answer


def hold(address):
    anyone = Client(base_url=address)
    email, password = "python@generated.example", "correct horse battery"
    person = SignUp(email=email, password=password, name="Python")
    okay(sign_up.sync(client=anyone, body=person))
    refusal = sign_up.sync(client=anyone, body=person)
    session = okay(log_in.sync(client=anyone, body=LogIn(email=email, password=password)))
    member = AuthenticatedClient(base_url=address, token=session.access_token)

    concerts = okay(list_concerts.sync(client=anyone, status=PerformanceStatus.ON_SALE))
    concert = okay(get_concert.sync(concerts.items[0].id, client=anyone))
    performance = next(
        one
        for one in concert.performances
        if one.status == PerformanceStatus.ON_SALE and one.room_enabled
    )
    entry = okay(join_room.sync(performance.id, client=member))
    while entry.status != "admitted":
        time.sleep(entry.poll_after_ms / 1000)
        entry = okay(get_room_entry.sync(performance.id, client=member))
    seats = okay(list_seats.sync(performance.id, client=anyone, status=SeatStatus.FREE, limit=2))
    body = NewReservation(performance_id=performance.id, seat_ids=[seat.id for seat in seats.items])
    reservation = okay(
        reserve_seats.sync(
            client=member, body=body, room_pass=entry.pass_, idempotency_key="one-attempt"
        )
    )
    return {
        "refusal": refusal.code,
        "status": reservation.status,
        "seats": len(reservation.seats),
        "amount": reservation.amount.to_dict(),
    }


print(json.dumps(hold(sys.argv[1])))
