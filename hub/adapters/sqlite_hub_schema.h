// The numbered steps of the hub's database. A released step never changes; the next one is appended.
//
// Keys of segment, skeleton, held, import, submission and period are line << 32 | seq; keys of facts are drawn in
// hub/core/fact_key.h. The page cache sees a unit's rows side by side either way.
#pragma once

#include "common/sqlite/migrator.h"

namespace motcua {

inline constexpr Migration kHubSchema[] = {
    {1, R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE catalog(number INTEGER PRIMARY KEY, version BLOB NOT NULL, canonical BLOB NOT NULL);
CREATE INDEX catalog_by_version ON catalog(version);
CREATE TABLE code(kind INTEGER NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;

CREATE TABLE unit(unit INTEGER PRIMARY KEY, hub_line INTEGER NOT NULL, held INTEGER NOT NULL, dangling INTEGER NOT NULL,
                  exclusions INTEGER NOT NULL);
CREATE TABLE line(id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, device INTEGER NOT NULL, parent INTEGER NOT NULL,
                  fork_seq INTEGER NOT NULL, end_seq INTEGER NOT NULL, end_hash BLOB NOT NULL);
CREATE INDEX line_by_unit ON line(unit);
CREATE TABLE segment(key INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, catalog INTEGER NOT NULL,
                     received_s INTEGER NOT NULL, parent_hash BLOB NOT NULL, end_hash BLOB NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE skeleton(key INTEGER PRIMARY KEY, dangling INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE held(key INTEGER PRIMARY KEY);
CREATE TABLE import(key INTEGER PRIMARY KEY, row_count INTEGER NOT NULL, digest BLOB NOT NULL, file_name TEXT NOT NULL);
CREATE INDEX import_by_digest ON import(digest);
CREATE TABLE submission(key INTEGER PRIMARY KEY, is_empty INTEGER NOT NULL, period TEXT NOT NULL, signer TEXT NOT NULL);

CREATE TABLE counter(key INTEGER PRIMARY KEY, value, flags INTEGER NOT NULL, postings BLOB NOT NULL);
CREATE TABLE register(key INTEGER PRIMARY KEY, value, flags INTEGER NOT NULL, postings BLOB NOT NULL);
CREATE TABLE rollup(key INTEGER PRIMARY KEY, value INTEGER NOT NULL, units INTEGER NOT NULL);

CREATE TABLE device(id INTEGER PRIMARY KEY, unit TEXT NOT NULL, role INTEGER NOT NULL, state INTEGER NOT NULL,
                    name TEXT NOT NULL, serial TEXT NOT NULL, enrolled_s INTEGER NOT NULL);
CREATE TABLE heartbeat(device INTEGER PRIMARY KEY, seen_ms INTEGER NOT NULL, waiting INTEGER NOT NULL,
                       oldest_s INTEGER NOT NULL, offset_ms INTEGER NOT NULL, version TEXT NOT NULL);
CREATE TABLE token(secret_hash BLOB PRIMARY KEY, unit TEXT NOT NULL, role INTEGER NOT NULL, replaces INTEGER NOT NULL,
                   expires_s INTEGER NOT NULL, used_s INTEGER NOT NULL, used_by INTEGER NOT NULL,
                   used_csr BLOB NOT NULL) WITHOUT ROWID;
)sql"},
    {2, "ALTER TABLE token ADD COLUMN used_serial TEXT NOT NULL DEFAULT ''"},
    {3, R"sql(
CREATE TABLE device_note(id INTEGER PRIMARY KEY, device INTEGER NOT NULL, at_s INTEGER NOT NULL, author TEXT NOT NULL,
                         note TEXT NOT NULL);
CREATE INDEX device_note_by_device ON device_note(device);
)sql"},
    // Before this step a device had one certificate and forgot the ones before it, so all that was issued until
    // now and is not here has been replaced.
    {4, R"sql(
CREATE TABLE certificate(serial TEXT PRIMARY KEY, device INTEGER NOT NULL, issued_s INTEGER NOT NULL,
                         state INTEGER NOT NULL, csr BLOB NOT NULL, pem TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX certificate_by_device ON certificate(device, issued_s);
INSERT INTO certificate SELECT serial, id, enrolled_s, 1, zeroblob(32), '' FROM device WHERE serial<>'';
ALTER TABLE device ADD COLUMN replaced_s INTEGER NOT NULL DEFAULT 0;
UPDATE device SET replaced_s=CAST(strftime('%s','now') AS INTEGER);
ALTER TABLE device DROP COLUMN serial;
CREATE TABLE staged_run(id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, sender INTEGER NOT NULL, device INTEGER NOT NULL,
                        parent_seq INTEGER NOT NULL, parent_h8 INTEGER NOT NULL, first_h8 INTEGER NOT NULL,
                        last_seq INTEGER NOT NULL, last_hash BLOB NOT NULL, bytes INTEGER NOT NULL,
                        touched_s INTEGER NOT NULL);
CREATE INDEX staged_run_by_unit ON staged_run(unit);
CREATE TABLE staged_piece(run INTEGER NOT NULL, first_seq INTEGER NOT NULL, catalog INTEGER NOT NULL, bytes BLOB NOT NULL,
                          PRIMARY KEY(run, first_seq)) WITHOUT ROWID;
)sql"},
    // What a person should look at is found without looking at all facts: flags 2 (provisional) and 64 (forked).
    {5, R"sql(
CREATE TABLE review(key INTEGER PRIMARY KEY, dangling INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE INDEX counter_open ON counter(key) WHERE flags & 66;
CREATE INDEX register_open ON register(key) WHERE flags & 66;
CREATE TABLE doubled(unit INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY(unit, digest)) WITHOUT ROWID;
INSERT INTO doubled SELECT line.unit, import.digest FROM import JOIN line ON line.id = import.key >> 32
  GROUP BY line.unit, import.digest HAVING count(DISTINCT line.id) > 1;
ALTER TABLE heartbeat ADD COLUMN held BLOB NOT NULL DEFAULT x'';
)sql"},
    // What was decided about periods, and the figures that locks froze, piece by piece under their digests.
    {6, R"sql(
CREATE TABLE period(key INTEGER PRIMARY KEY, unit INTEGER NOT NULL, period TEXT NOT NULL, area TEXT NOT NULL,
                    entry BLOB NOT NULL);
CREATE INDEX period_by_id ON period(period, unit);
CREATE TABLE frozen(digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
)sql"},
    // Machines of a device are counted. A device that was replaced before is at least at its second; replaced_s is
    // read no more.
    {7, R"sql(
ALTER TABLE device ADD COLUMN machine INTEGER NOT NULL DEFAULT 0;
UPDATE device SET machine=1 WHERE replaced_s>0;
)sql"},
    // Which days the runs of the log are about. What was taken in before has none and is read when somebody asks.
    {8, R"sql(
CREATE TABLE span(key INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, day_first INTEGER NOT NULL,
                  day_last INTEGER NOT NULL, decides INTEGER NOT NULL);
)sql"},
};

}  // namespace motcua
