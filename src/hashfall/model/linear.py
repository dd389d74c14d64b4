"""A linear program held by HiGHS, solved again from the basis it stood at.

Columns and rows are passed once, as arrays; afterwards only bounds and costs
change, so that a change of one bound costs a few pivots and not a new solution.

The solver is HiGHS: Huangfu, Hall 2018, Mathematical Programming Computation
10(1), doi:10.1007/s12532-017-0130-5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Columns", "Floats", "Ints", "Program", "Solved"]

Floats = NDArray[np.float64]
"""Array of numbers."""
Ints = NDArray[np.int32]
"""Array of positions."""

_DUAL, _PRIMAL = 1, 4
_LARGEST = 10
"""Quantities and costs are brought to at most 2^10 for the solver's absolute tolerances."""


class Columns(NamedTuple):
    """Matrix by columns: entries of column j are those from ``start[j]`` to ``start[j + 1]``."""

    start: Ints
    row: Ints
    value: Floats


class Solved(NamedTuple):
    """Solution of a program: ``feasible`` tells whether there is one.

    ``reduced`` and ``dual`` are the change of the least cost by a unit more of a
    column's bound in force, or of a row's.
    """

    feasible: bool
    cost: float
    x: Floats
    reduced: Floats
    dual: Floats


class Program:
    """Least cost over columns between 0 and a bound, with rows between bounds.

    Parameters
    ----------
    cost : ndarray of shape (n_columns,)
        Cost of a unit of each column. [cost/unit]
    upper : ndarray of shape (n_columns,)
        Most of each column, 0 or more; infinity for no bound. [unit]
    low, high : ndarray of shape (n_rows,)
        Bounds of the rows. [unit]
    columns : Columns
        Matrix.

    Raises
    ------
    RuntimeError
        If the solver gives up or finds no bound: neither happens to a network
        whose cycles cost something or are bounded.

    Notes
    -----
    Quantities and costs are divided by powers of two, which is exact, so that the
    solver's absolute tolerances of 1e-7 stand for 1e-10 of the largest finite bound
    and cost. Where the best basis is degenerate, a dual is one of several right
    ones: the value of a unit more can differ from that of a unit less.

    Examples
    --------
    The least of 2 a + 3 b with a + b = 4 and a at most 1:

    >>> columns = Columns(np.array([0, 1, 2]), np.array([0, 0]), np.array([1.0, 1.0]))
    >>> four = np.array([4.0])
    >>> program = Program(np.array([2.0, 3.0]), np.array([1.0, np.inf]), four, four, columns)
    >>> found = program.solve()
    >>> found.cost, found.x.tolist(), found.dual.tolist(), found.reduced.tolist()
    (11.0, [1.0, 3.0], [3.0], [-1.0, 0.0])
    """

    def __init__(self, cost: Floats, upper: Floats, low: Floats, high: Floats,
                 columns: Columns) -> None:
        import highspy

        self._solver = _silent(highspy)
        self._closed = highspy.HighsModelStatus.kInfeasible
        self._best = highspy.HighsModelStatus.kOptimal
        self._unit, self._price = _power(upper, low, high), _power(cost)
        self._kept: Any = None
        n, rows = len(cost), len(low)
        self._every = np.arange(n, dtype=np.int32)
        self._solver.passModel(
            n, rows, len(columns.row), int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize), 0.0, cost / self._price, np.zeros(n),
            upper / self._unit, low / self._unit, high / self._unit,
            columns.start.astype(np.int32), columns.row.astype(np.int32), columns.value,
            np.zeros(n, dtype=np.int32),
        )

    def set_costs(self, cost: Floats) -> None:
        """Change the costs of all columns; their order of size should stay."""
        self._solver.changeColsCost(len(cost), self._every, cost / self._price)

    def set_bounds(self, which: Sequence[int] | Ints, upper: Floats,
                   lower: Floats | None = None) -> None:
        """Change the bounds of some columns; the lower ones become 0 where left out."""
        low = np.zeros(len(upper)) if lower is None else lower / self._unit
        self._solver.changeColsBounds(
            len(upper), np.asarray(which, dtype=np.int32), low, upper / self._unit
        )

    def set_rows(self, which: Sequence[int] | Ints, low: Floats, high: Floats) -> None:
        """Change the bounds of some rows."""
        for row, least, most in zip(which, low / self._unit, high / self._unit, strict=True):
            self._solver.changeRowBounds(int(row), float(least), float(most))

    def keep(self) -> None:
        """Keep the basis at which the program stands, for `back`."""
        self._kept = self._solver.getBasis()

    def back(self) -> None:
        """Go back to the basis that was kept: what is solved next starts there."""
        self._solver.setBasis(self._kept)

    def solve(self) -> Solved:
        """Solution from the basis at which the program stands."""
        status = self._run()
        if status == self._closed:
            nothing = np.zeros(0)
            return Solved(False, np.inf, nothing, nothing, nothing)
        if status != self._best:
            raise RuntimeError(f"no solution: {self._solver.modelStatusToString(status)}")
        found, price = self._solver.getSolution(), self._price
        return Solved(
            True, self._solver.getInfo().objective_function_value * self._unit * price,
            np.array(found.col_value) * self._unit, np.array(found.col_dual) * price,
            np.array(found.row_dual) * price,
        )

    def _run(self) -> Any:
        """Status after a solution; where the dual simplex gives up, the primal one begins anew."""
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in (self._best, self._closed):
            self._solver.clearSolver()
            self._solver.setOptionValue("simplex_strategy", _PRIMAL)
            self._solver.run()
            self._solver.setOptionValue("simplex_strategy", _DUAL)
            status = self._solver.getModelStatus()
        return status


def _silent(highspy: Any) -> Any:
    """A solver that prints nothing and keeps the network's structure: no presolve."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("solver", "simplex")
    # Costs stay as they are: perturbed ones can leave a basis that is not quite the best.
    solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
    return solver


def _power(*arrays: Floats) -> float:
    """Power of two that brings the largest finite number to between 2^9 and 2^10."""
    largest = max((float(np.abs(a[np.isfinite(a)]).max(initial=0.0)) for a in arrays), default=0.0)
    return float(2.0 ** (np.frexp(largest)[1] - _LARGEST)) if largest > 0.0 else 1.0
