// UnitLog: all logs of one unit as the store keeps them: lines in memory, entries read on demand.
//
// What an exchange asks of it is nearly always about ends, which are at hand; names inside a stored run are
// answered by reading that run again, chain and all.
//
// Threads: one; lives inside one transaction. Errors: the store's, and kDataLoss when stored runs do not
// verify.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/ledger/causality.h"
#include "common/ledger/forks.h"
#include "common/ledger/log_tree.h"
#include "common/ledger/unit_ledger.h"
#include "hub/core/catalog_shelf.h"
#include "hub/core/hub_store.h"
#include "hub/core/skeleton.h"

namespace motcua {

class UnitLog {
 public:
  static absl::StatusOr<UnitLog> Load(HubStore* store, CatalogShelf* shelf, uint32_t unit);

  const LogTree& tree() const { return tree_; }
  const LineRow& row(LineId line) const { return rows_[line]; }
  // Whether the hub has written anything in this unit's log.
  bool HubWrites() const;
  // The local number of a stored line; kDataLoss when the unit has no such line.
  absl::StatusOr<LineId> LocalOf(uint32_t id) const;
  // The place a stored row speaks of; kDataLoss when nothing is held there.
  absl::StatusOr<Position> PlaceOf(uint32_t id, Seq seq) const;

  // Where an entry is; nullopt when it is not held. seq 0 is held by everyone.
  absl::StatusOr<std::optional<Position>> Find(const EntryName& name);
  // The chain hash at a place; at "nothing" the root of the device's chain.
  absl::StatusOr<Hash> HashAt(Position at, DeviceId device);
  absl::StatusOr<EntryName> NameAt(Position at);
  // How many leading hashes, as a run behind `parent`, are held already; `last` is the place of the last of
  // them.
  absl::StatusOr<std::size_t> CountHeld(Position parent, DeviceId device, std::span<const Hash> hashes,
                                        Position* last);
  // The last entry of every line, sorted.
  std::vector<EntryName> Ends() const;

  // Appends a run behind `parent`: on its line when it is the end, else on a new line. `encoded` are bytes
  // that hold exactly these entries in the numbers of `book`; empty to have them encoded here.
  struct Piece {
    Position parent;
    DeviceId device;
    std::span<const Entry> entries;
    std::span<const Hash> hashes;
    NumberedBook book;
    absl::string_view encoded;
  };
  absl::StatusOr<LineId> Append(const Piece& piece, int64_t now_s);

  // Entries first..last of one line (all behind its fork), in order. `visit` asks nothing else of this log.
  using Visit = std::function<absl::Status(const Entry&, const Hash&)>;
  absl::Status Read(LineId line, Seq first, Seq last, const Visit& visit);

  // The same without runs that are known to be about other days than from..to and to decide nothing.
  absl::Status ReadAbout(LineId line, Seq first, Seq last, Day from, Day to, const Visit& visit);

  // The entries on the path from `first` to `last`, line by line from the end backwards; none when `first` is
  // not on the path to `last`.
  absl::Status ReadPath(Position first, Position last, const Visit& visit);

  // The unit's saws and exclusions over these lines.
  absl::StatusOr<Causality> LoadCausality();
  // Where the devices' logs part, and which of it a person has gone through.
  absl::StatusOr<Forks> LoadForks();

 private:
  struct Decoded {
    uint32_t line = 0;
    Seq first = 0;
    Seq last = 0;
    std::vector<Entry> entries;
    std::vector<Hash> hashes;
  };
  UnitLog(HubStore* store, CatalogShelf* shelf, uint32_t unit) : store_(store), shelf_(shelf), unit_(unit) {}
  using StoredAt = std::pair<uint32_t, Seq>;  // line, and a seq on it
  const Hash* KnownHash(StoredAt at) const;
  void KeepHashes();
  bool Follows(LineId line, Position at, DeviceId device) const;
  bool DecodedHas(uint32_t line, Seq seq) const;
  absl::Status DecodeSegment(const SegmentRow& row);
  absl::StatusOr<std::vector<Position>> PlacesOf(const Skeleton& skeleton) const;
  absl::StatusOr<LineId> LineFor(const Piece& piece);
  absl::Status StoreEncoded(LineId line, const Piece& piece, Hash parent_hash, int64_t now_s);

  HubStore* store_;
  CatalogShelf* shelf_;
  uint32_t unit_;
  LogTree tree_;
  std::vector<LineRow> rows_;  // by LineId
  Decoded decoded_;            // the run read last
  // Hashes of the runs that names were looked for in, by line and first seq: a run is read once for all the
  // names that may lie in it, however they jump between lines.
  std::map<StoredAt, std::vector<Hash>> known_;
  std::size_t known_count_ = 0;
};

// What a run is about, by its entries.
SpanRow SpanOf(uint32_t line, std::span<const Entry> entries);

// All of it in memory.
absl::StatusOr<UnitLedger> ReadLedger(UnitLog* log, const std::string& unit);

// Reads a stored run back and checks it against what is stored beside it; kDataLoss when anything differs.
struct CheckedSegment {
  std::vector<Entry> entries;
  std::vector<Hash> hashes;
};
absl::StatusOr<CheckedSegment> ReadSegment(CatalogShelf& shelf, const SegmentRow& row);

}  // namespace motcua
