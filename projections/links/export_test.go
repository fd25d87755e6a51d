package links

// OutcomesSQL is how outcomes are loaded, for tests of how Postgres goes about it.
const OutcomesSQL = outcomesSQL
