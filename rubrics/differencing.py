"""Whether figures, each harmless alone, tell of fewer than five people when one is taken from another.

Figures from two times differ by the people for whom something changed; figures of two groupings by the people whom they group otherwise.
Who is in which group may be known to the reader; how those few fared must not be found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, combinations

from rubrics.impact import MIN_SHOWN
from rubrics.proportions import Group

Node = tuple[str, str]
Graph = dict[Node, Counter[Node]]
MOST_TRIED = 12
"""Of more groups than this not every union is tried: what is harmless is then found harmful rather than the other way round."""

NOBODY: Node = ("", "")
"""All whom a grouping says nothing of: in no group, or in one that is hidden."""


def steps_too_little(before: Group, after: Group) -> bool:
    """Whether the counts of a group moved by one to four people: the difference would tell of them. Standing still tells nothing."""
    moved = (abs(after.selected - before.selected), abs(after.left - before.left))
    return any(0 < step < MIN_SHOWN for step in moved)


def tell_of_few(
    one: Mapping[int, str],
    other: Mapping[int, str],
    hidden_in_one: Collection[str] = (),
    hidden_in_other: Collection[str] = (),
    *,
    fewer_than: int = MIN_SHOWN,
) -> bool:
    """Whether sums over groups of two groupings (person -> group), taken from each other, can come down to fewer than so many people.

    Such a combination gives every group a number; what is left are the people whose two groups have different ones. The smallest such
    rest is the smallest cut of the graph that has the groups as its nodes and, between two groups, as many edges as people in both.
    """
    edges: dict[Node, Counter[Node]] = defaultdict(Counter)
    for first, second, count in _both(one, other, hidden_in_one, hidden_in_other):
        edges[first][second] += count
        edges[second][first] += count
    return any(_smallest_cut({node: edges[node].copy() for node in part}) < fewer_than for part in _parts(edges))


def nearly_contain(
    one: Mapping[int, str], other: Mapping[int, str], hidden_in_one: Collection[str] = (), hidden_in_other: Collection[str] = ()
) -> bool:
    """Whether some groups of the one are some of the other and one to four people more: what sums tell of those is no mixture of theirs
    with others', so that this is worse than what `tell_of_few` finds besides.
    """
    table = _both(one, other, hidden_in_one, hidden_in_other)
    turned = [(second, first, count) for first, second, count in table]
    if len({first for first, _, _ in table}) > MOST_TRIED or len({first for first, _, _ in turned}) > MOST_TRIED:
        return tell_of_few(one, other, hidden_in_one, hidden_in_other)
    return _contains_nearly(table) or _contains_nearly(turned)


def _contains_nearly(table: Sequence[tuple[Node, Node, int]]) -> bool:
    """Whether a union of first nodes has one to four people more than the second nodes that lie wholly inside it."""
    firsts = sorted({first for first, _, _ in table} - {NOBODY})
    sizes = {node: sum(count for first, _, count in table if first == node) for node in firsts}
    inside = {node: {first for first, second, _ in table if second == node} for node in {second for _, second, _ in table} - {NOBODY}}
    whole = {node: sum(count for _, second, count in table if second == node) for node in inside}
    for union in chain.from_iterable(combinations(firsts, size) for size in range(1, len(firsts) + 1)):
        left = sum(sizes[node] for node in union) - sum(whole[node] for node, held in inside.items() if held <= set(union))
        if 0 < left < MIN_SHOWN:
            return True
    return False


def _both(
    one: Mapping[int, str], other: Mapping[int, str], hidden_in_one: Collection[str], hidden_in_other: Collection[str]
) -> list[tuple[Node, Node, int]]:
    """How many people are in each two groups; whoever is in no group that is shown, in either, is left out."""
    found: Counter[tuple[Node, Node]] = Counter()
    for person in one.keys() | other.keys():
        left, right = one.get(person, ""), other.get(person, "")
        first = NOBODY if not left or left in hidden_in_one else ("one", left)
        second = NOBODY if not right or right in hidden_in_other else ("other", right)
        if first != second:
            found[first, second] += 1
    return [(first, second, count) for (first, second), count in found.items()]


def _parts(edges: Mapping[Node, Counter[Node]]) -> list[set[Node]]:
    """The parts of a graph that hang together, each of two nodes at least: nodes are here for their edges."""
    left, found = set(edges), []
    while left:
        part, waiting = set(), [left.pop()]
        while waiting:
            node = waiting.pop()
            part.add(node)
            waiting += [other for other in edges[node] if other not in part]
        left -= part
        found.append(part)
    return found


def _smallest_cut(graph: Graph) -> int:
    """The fewest edges that part a graph in two (Stoer & Wagner 1997). The graph is used up."""
    best = sum(sum(edges.values()) for edges in graph.values())
    while len(graph) > 1:
        order, weight = [next(iter(graph))], Counter(graph[next(iter(graph))])
        while len(order) < len(graph):
            nearest = max((node for node in graph if node not in order), key=lambda node: weight[node])
            last_cut = weight[nearest]
            order.append(nearest)
            weight.update(graph[nearest])
        best = min(best, last_cut)
        _merge(graph, order[-2], order[-1])
    return best


def _merge(graph: Graph, node: Node, gone: Node) -> None:
    for other, count in graph.pop(gone).items():
        del graph[other][gone]
        if other != node:
            graph[node][other] += count
            graph[other][node] += count
