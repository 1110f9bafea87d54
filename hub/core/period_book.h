// PeriodBook: what was decided about a period, read back from the decisions in the units' logs. A revision is put
// together from the parts that lie in the logs of its units, each under the seal of the whole; the area's own log is
// needed for nothing, because a hub that lost its data gets it back from no desk.
//
// A part that is not here (its unit has no desk that could return it) is taken for what it must have been when the unit
// has nothing of its own: not started, over the entries held. The seal says whether that is right. While it does not
// come out the revision is incomplete and prints nothing.
//
// Threads: the hub's mutex is held; lives as long as one question.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/core/frozen_facts.h"
#include "hub/core/frozen_figures.h"
#include "hub/core/unit_period.h"

namespace motcua {

// One unit's part of a revision.
struct RevisionPart {
  UnitState state = UnitState::kNone;
  std::vector<EntryName> covers;
  Hash figures{};
  bool operator==(const RevisionPart&) const = default;
};

struct Revision {
  uint32_t number = 0;
  PeriodAct act = PeriodAct::kLock;
  std::string period;  // "CALENDAR/ID"
  std::string area;
  Hash catalog{};
  Hash coverage{};
  Hash shown{};
  int64_t at_s = 0;
  std::string author;
  std::string note;
  std::map<std::string, RevisionPart> parts;  // by unit
};
// "1a2b3c4d": tells two revisions of one number apart, which a hub that lost data may have made.
std::string RevisionSeal(const Revision& revision);

// What stands for one area and period.
struct PeriodLocks {
  // By number; of two that bear one number, by how much of the logs they cover, then by seal. Logs only grow, so on one
  // hub the later revision covers as much or more; which clock either was made by decides nothing.
  std::vector<Revision> revisions;
  int64_t unlocked_until_s = 0;     // 0: locked; may lie in the past
  std::string unlock_note;
  bool locked() const { return !revisions.empty(); }
  bool OpenAt(int64_t now_s) const { return unlocked_until_s > now_s; }
  const Revision& newest() const { return revisions.back(); }
};

// The seal over the parts of all units.
Hash CoverageSeal(const Revision& revision);

// An area's part in a period, as a catalog has it.
struct PeriodArea {
  std::shared_ptr<const Catalog> catalog;
  const Unit* area = nullptr;
  const Period* period = nullptr;
  std::string name;                // "CALENDAR/ID"
  std::vector<const Unit*> units;  // that record, in the period
  // Everything figures of the period are made of: these, units that recorded in an earlier period which a column of a
  // cumulative form shows, and the area itself, for what is counted once for it.
  std::vector<std::string> frozen;
  bool Owes(const std::string& unit) const;
};
// kNotFound for an unknown calendar, period or unit; kFailedPrecondition for an area without units.
absl::StatusOr<PeriodArea> FindPeriodArea(std::shared_ptr<const Catalog> catalog, const std::string& period,
                                          const std::string& area);

class PeriodBook {
 public:
  PeriodBook(HubStore* store, const CodeIds* ids, CatalogShelf* shelf) : store_(*store), ids_(*ids), shelf_(*shelf) {}

  // By area.
  absl::StatusOr<std::map<std::string, PeriodLocks>> Locks(const std::string& period);
  absl::StatusOr<PeriodLocks> LocksOf(const std::string& period, const std::string& area);

  // With every part. kFailedPrecondition: a part is not here (yet), or its catalog is not.
  absl::StatusOr<Revision> Whole(Revision revision);
  // The facts of a whole revision; they live no longer than this book. When they are read, kDataLoss: the log does not
  // give the figures that the lock committed to.
  absl::StatusOr<FrozenFacts> Facts(const Revision& revision);

  // What a lock made now would cover in a unit: the ends held, without the hub's own decisions about periods behind
  // what tells of figures, so that locking says nothing new.
  absl::StatusOr<std::vector<EntryName>> EndsToCover(const std::string& unit);
  absl::StatusOr<UnitLedger> Ledger(const std::string& unit);
  // The figures of a part, folded from the log.
  absl::StatusOr<std::vector<FrozenFact>> Fold(const std::string& unit, const RevisionPart& part, const Catalog& catalog,
                                               Day last);

 private:
  absl::StatusOr<std::vector<FrozenFact>> FoldCommitted(const std::string& unit, const RevisionPart& part,
                                                        const PeriodArea& there);

  HubStore& store_;
  const CodeIds& ids_;
  CatalogShelf& shelf_;
};

}  // namespace motcua
