"""One remote system as its clients see it: every call checked, paced, bounded in time, retried by what it means,
counted.

A read that fails for a passing reason is tried again. A write whose answer was lost raises `OutcomeUnknown` and is
never repeated here;
a write the system turned away unread (too many calls, not connected) is. Every error is one of `connectors.errors`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential_jitter

from connectors.errors import NAMES, BudgetSpent, OutcomeUnknown, RateLimited, RemoteError, Unavailable
from connectors.http.breaker import PROBE, Breaker
from connectors.http.clock import Clock
from connectors.http.hosts import Hosts
from connectors.http.limiter import Limiter
from connectors.http.message import Answer, Lost, Operation, Request, Transport
from connectors.http.shapes import NotJson, parsed
from connectors.http.usage import Budget, Usage

#: Tries of one call, all reasons together.
ATTEMPTS = 5
#: The longest Retry-After, in seconds, that is waited for here; a longer one goes to the caller.
PATIENCE = 30.0

_backoff = wait_exponential_jitter(multiplier=0.5, max=10, jitter=0.5)


class Dialect(Protocol):
    """What differs between systems: what a request means, what error an answer is, where the day's budget is told."""

    system: str

    def operation(self, request: Request) -> Operation: ...

    def fault(self, answer: Answer, operation: Operation) -> RemoteError | None:
        """The error an answer means; None: it is good. A plain `Unavailable` on a write becomes `OutcomeUnknown`."""
        ...

    def budget(self, answer: Answer) -> Budget: ...


class Remote:
    """Calls one system. Safe to share between threads.

    `deadline` (seconds) bounds one call with all its tries and waits, but not the time it queues for its turn in the
    rate limit. `reserve` calls of the day are left for others: at that point calls raise `BudgetSpent`, but for one
    probe an hour.
    """

    def __init__(
        self,
        dialect: Dialect,
        transport: Transport,
        hosts: Hosts,
        *,
        limiter: Limiter | None = None,
        deadline: float = 60.0,
        attempts: int = ATTEMPTS,
        patience: float = PATIENCE,
        reserve: int = 0,
        reserve_share: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        self.dialect = dialect
        self.usage = Usage()
        self.clock = clock or Clock()
        self.breaker = Breaker(dialect.system, clock=self.clock)
        self._transport = transport
        self._hosts = hosts
        self._limiter = limiter or Limiter({}, clock=self.clock)
        self._deadline = deadline
        self._attempts = attempts
        self._patience = patience
        self._reserve, self._reserve_share = reserve, reserve_share
        self.before_write: Callable[[], None] | None = None
        """Asked before each try of a write leaves; what it raises keeps the write here."""
        self._server_time: tuple[datetime, float] | None = None
        self._told_at = float("-inf")
        """When an answer last told what is left of the day (monotonic seconds): not every kind of call does."""
        self._lock = threading.Lock()

    def call(self, request: Request) -> Answer:
        """The good answer to a request, with its JSON parsed, or one of `connectors.errors`."""
        operation = self.dialect.operation(request)
        self._hosts.check(request.url)
        left = _TimeLeft(self.clock, operation.deadline or self._deadline)
        retrying = Retrying(
            retry=retry_if_exception(_may_be_repeated),
            wait=_pause,
            stop=lambda state: self._give_up(state, left),
            sleep=self.clock.sleep,
            before_sleep=self._slow_down,
            reraise=True,
        )
        for attempt in retrying:
            with attempt:
                return self._once(request, operation, left, retry=attempt.retry_state.attempt_number > 1)
        raise AssertionError("tenacity re-raises the last error")

    def server_now(self) -> datetime | None:
        """The system's own clock, carried on from its last `Date` header ; None before the first answer."""
        with self._lock:
            if self._server_time is None:
                return None
            at, seen = self._server_time
        return at + timedelta(seconds=self.clock.monotonic() - seen)

    def _once(self, request: Request, operation: Operation, left: _TimeLeft, *, retry: bool) -> Answer:
        self.breaker.check()
        waited = self._limiter.wait(operation.lane)
        left.add(waited)
        if operation.writes and self.before_write is not None:
            self.before_write()
        self.usage.count(operation.purpose, retry=retry, waited=waited)
        try:
            answer = self._transport.send(request, max(left.seconds(), 0.01), operation.max_bytes)
        except Lost as lost:
            self._failed(operation)
            raise self._lost(lost, operation) from None
        self._learn(answer)
        fault, answer = self._judge(answer, operation)
        if fault is not None:
            raise self._weigh(fault, operation)
        self.breaker.answered()
        self._keep_reserve()
        return answer

    def _judge(self, answer: Answer, operation: Operation) -> tuple[RemoteError | None, Answer]:
        system = self.dialect.system
        name = NAMES.get(system, system)
        if 300 <= answer.status < 400 and answer.header("location"):
            message = f"{name} redirects {operation.purpose} elsewhere; redirects are not followed"
            return Unavailable(message, system=system, status=answer.status, code="REDIRECT"), answer
        if answer.ok and operation.expects == "json" and answer.status != 204:
            try:
                answer = replace(answer, data=parsed(answer))
            except NotJson as error:
                message = f"{name} sent {error} for {operation.purpose}"
                return Unavailable(message, system=system, status=answer.status, code="NOT_JSON"), answer
        return self.dialect.fault(answer, operation), answer

    def _weigh(self, fault: RemoteError, operation: Operation) -> RemoteError:
        """What an error in an answer means for the breaker and for a write."""
        if isinstance(fault, BudgetSpent):
            self.breaker.spent(fault)
        elif isinstance(fault, Unavailable) and not isinstance(fault, RateLimited):
            self._failed(operation)
            if operation.writes:
                return _unknown(fault, operation)
        else:
            self.breaker.answered()
        return fault

    def _failed(self, operation: Operation) -> None:
        if not operation.aside:
            self.breaker.failed()

    def _lost(self, lost: Lost, operation: Operation) -> RemoteError:
        name = NAMES.get(self.dialect.system, self.dialect.system)
        message = f"{name} did not answer {operation.purpose}: {lost.reason}"
        error = Unavailable(message, system=self.dialect.system, code="LOST" if lost.sent else "NOT_CONNECTED")
        return _unknown(error, operation) if operation.writes and lost.sent else error

    def _learn(self, answer: Answer) -> None:
        budget = self.dialect.budget(answer)
        self.usage.learn(budget)
        if budget.remaining is not None:
            self._told_at = self.clock.monotonic()
        date = answer.date
        if date is not None:
            with self._lock:
                self._server_time = (date, self.clock.monotonic())

    def _keep_reserve(self) -> None:
        """What was told before the last probe is of the past: the day may be a new one."""
        if self.clock.monotonic() - self._told_at >= PROBE:
            return
        remaining = self.usage.remaining
        kept = max(self._reserve, round((self.usage.limit_per_day or 0) * self._reserve_share))
        if kept and remaining is not None and remaining <= kept:
            message = f"only {remaining} calls of the day are left, {kept} are kept for others"
            self.breaker.spent(BudgetSpent(message, system=self.dialect.system, code="RESERVE"))

    def _give_up(self, state: RetryCallState, left: _TimeLeft) -> bool:
        error = state.outcome.exception() if state.outcome else None
        too_long = isinstance(error, RateLimited) and error.retry_after > self._patience
        return too_long or state.attempt_number >= self._attempts or state.upcoming_sleep >= left.seconds()

    def _slow_down(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RateLimited):
            self._limiter.hold(state.upcoming_sleep)


class _TimeLeft:
    """What is left of one call's time; waiting for one's turn does not use it up."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._until = clock.monotonic() + seconds

    def add(self, seconds: float) -> None:
        self._until += seconds

    def seconds(self) -> float:
        return max(0.0, self._until - self._clock.monotonic())


def _may_be_repeated(error: BaseException) -> bool:
    if not isinstance(error, Unavailable) or isinstance(error, BudgetSpent):
        return False
    return error.code not in ("PAUSED", "REDIRECT")


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    waiting = _backoff(state)
    return error.retry_after + waiting if isinstance(error, RateLimited) else waiting


def _unknown(error: RemoteError, operation: Operation) -> OutcomeUnknown:
    message = f"{error}. The {operation.purpose} may or may not have been done: read back before sending it again"
    return OutcomeUnknown(
        message, system=error.system, status=error.status, code=error.code, request_id=error.request_id
    )
