"""`make demo`: the whole product on one machine, without an account, a broker or a network."""
