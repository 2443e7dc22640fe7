"""`token__among`: rows with one of very many numbers, the numbers as one parameter.

A check asks for some 320 weeks times a few forms. As an array (PostgreSQL) or a JSON list (SQLite, which stops at
32,766 variables) they are one parameter whose plan is the same however many there are.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Lookup


@BigIntegerField.register_lookup
class Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[int]) -> None:
        super().__init__(
            lhs, sorted(int(number) for number in rhs)
        )  # neighbours in the index, one after the other

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]  # noqa: S608  (a column of ours)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        # Written out: psycopg takes longer to write thousands of numbers than PostgreSQL to look them up.
        return f"{column} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, self.rhs))}}}"]
