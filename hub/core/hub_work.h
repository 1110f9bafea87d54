// Hub::Work: one transaction of the hub, store and memory together: unless Commit() returned OK, the rows and
// the numbers handed out to new codes are as before. Private to the hub*.cc files.
//
// Threads: the hub's mutex is held for the whole life of a Work. Clang checks it where one is made; inside it cannot see
// that hub_ is the hub of then.
#pragma once

#include "hub/core/hub.h"

namespace motcua {

class Hub::Work {
 public:
  explicit Work(Hub* hub) ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub->mutex_) : hub_(*hub) {}
  ~Work() { Undo(); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  absl::Status Begin() ABSL_NO_THREAD_SAFETY_ANALYSIS { return hub_.parts_.store->Begin(); }

  // Begins and locks the unit's row. A unit met for the first time gets its number inside the transaction.
  absl::StatusOr<UnitRow> BeginUnit(const std::string& unit) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (const uint32_t id = hub_.ids_.Find(CodeKind::kUnit, unit)) return hub_.parts_.store->BeginUnit(id);
    MOTCUA_RETURN_IF_ERROR(Begin());
    MOTCUA_ASSIGN_OR_RETURN(const uint32_t id, hub_.ids_.Get(CodeKind::kUnit, unit));
    return hub_.parts_.store->Unit(id);
  }

  absl::Status Commit() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    MOTCUA_RETURN_IF_ERROR(hub_.parts_.store->Commit());
    hub_.ids_.Settle();
    committed_ = true;
    return absl::OkStatus();
  }

 private:
  void Undo() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (committed_) return;
    hub_.parts_.store->Rollback();
    hub_.ids_.Undo();
    hub_.ResetCoder();
  }

  Hub& hub_;
  bool committed_ = false;
};

}  // namespace motcua
