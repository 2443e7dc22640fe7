"""How quick the check is at scale, and what it finds, beside the same page on plain columns.

Everything is made up and stands in a throwaway site with a database and keys of its own: `bench` makes it and throws
it away. Nothing here is ever reached from the site itself.
"""

INSIDE = "JASMINE_BENCHING"  # a variable of the environment that names the throwaway site's folder
