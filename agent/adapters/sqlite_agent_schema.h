// The numbered steps of a desk's database. Released steps never change; a new one is appended.
#pragma once

#include <array>

#include "common/sqlite/migrator.h"

namespace motcua {

inline constexpr std::array kAgentMigrations = {
    Migration{1, R"sql(
      CREATE TABLE line(
        id       INTEGER PRIMARY KEY,
        device   INTEGER NOT NULL,
        parent   INTEGER NOT NULL,      -- -1: begins at 1
        fork_seq INTEGER NOT NULL,
        end_seq  INTEGER NOT NULL,
        end_hash BLOB NOT NULL
      ) STRICT;
      CREATE TABLE entry(
        key   INTEGER PRIMARY KEY,      -- line << 32 | seq
        bytes BLOB NOT NULL             -- common/ledger/canonical.h
      ) STRICT;
      CREATE TABLE meta(
        key   TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;
    )sql"},
};

}  // namespace motcua
