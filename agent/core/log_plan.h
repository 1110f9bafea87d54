// LogPlan works out where entries will stand and how they hash, without touching the ledger, so that the disk
// can be written first. Adding nothing that is held already is the caller's business to notice: Add() says
// so.
//
// Threads: one. Lifetime: `ledger` must outlive it and must not change while the plan lives.
#pragma once

#include <map>
#include <vector>

#include "agent/core/agent_store.h"
#include "common/ledger/unit_ledger.h"

namespace motcua {

struct PlannedEntry {
  EntryName parent;
  Entry entry;
  Position at;
  EntryName name;
};

class LogPlan {
 public:
  explicit LogPlan(const UnitLedger* ledger) : ledger_(*ledger) {}

  // Plans `entry` behind `parent`, which is held or planned (seq 0: the beginning of a log), and returns its
  // name. An entry that is held or planned already is named and not planned again. kNotFound: the parent is
  // neither.
  absl::StatusOr<EntryName> Add(const EntryName& parent, Entry entry);
  // The full hash of an entry held or planned; a log's root for seq 0.
  absl::StatusOr<Hash> HashOf(const EntryName& name) const;

  bool empty() const { return planned_.empty(); }
  const std::vector<PlannedEntry>& planned() const { return planned_; }
  std::vector<StoredLine> lines() const;
  std::vector<StoredEntry> TakeStored() { return std::move(stored_); }

 private:
  struct Place {
    Position at;
    Hash hash;
  };
  // The line that the next entry behind `parent` goes to: the parent's when it ends there, else a new one.
  StoredLine& LineFor(const EntryName& parent, Position parent_at);
  Seq EndOf(LineId line) const;

  const UnitLedger& ledger_;
  std::vector<PlannedEntry> planned_;
  std::vector<StoredEntry> stored_;
  std::map<EntryName, Place> places_;
  std::map<LineId, StoredLine> lines_;
  Chain chain_;
};

}  // namespace motcua
