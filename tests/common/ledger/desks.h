// A small vocabulary for ledger tests: desks that write entries on a ledger of their own, hear from each other,
// and are copied. One Desk is one copy of an installation and so one line.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/ledger/unit_ledger.h"
#include "tests/support/status_matchers.h"

namespace motcua {

inline constexpr char kUnit[] = "00019";
inline Cell CounterCell() { return {kUnit, Day{18505}, "1.001193", "counter", "received"}; }
inline Cell RegisterCell() { return {kUnit, Day{18505}, "1.001193", "counter", "opening"}; }
inline MeasureNature NatureOf(const Cell& cell) {
  return cell.measure == "opening" ? MeasureNature::kRegister : MeasureNature::kCounter;
}
inline std::optional<MeasureNature> NatureOfMeasure(const std::string& measure) {
  return measure == "opening" ? MeasureNature::kRegister : MeasureNature::kCounter;
}

// Gives `to` every entry of `from` that it lacks, the way an exchange would.
inline void Ship(const UnitLedger& from, UnitLedger* to) {
  for (const UnitLedger::LineRange& range : from.Lacking(to->Ends())) {
    for (Seq seq = range.first; seq <= range.last; ++seq) {
      const EntryName name = from.NameAt({range.line, seq});
      const EntryName parent = seq == 1 ? EntryName{name.device, 0, 0} : from.NameAt({range.line, seq - 1});
      const absl::StatusOr<EntryName> got = to->Append(parent, from.EntryAt({range.line, seq}));
      ASSERT_THAT(got, IsOk());
      ASSERT_EQ(*got, name);
    }
  }
}

class Desk {
 public:
  Desk(uint32_t device, Role role) : device_{device}, role_(role), end_{device_, 0, 0}, ledger_(kUnit) {}

  DeviceId device() const { return device_; }
  Role role() const { return role_; }
  const EntryName& end() const { return end_; }
  UnitLedger& ledger() { return ledger_; }
  const UnitLedger& ledger() const { return ledger_; }

  Entry Next(EntryBody body, std::string note = "") const {
    Entry entry;
    entry.device = device_;
    entry.seq = end_.seq + 1;
    entry.role = role_;
    entry.clock_s = 1'600'000'000 + end_.seq;
    entry.note = std::move(note);
    entry.nonce = nonce_;
    entry.body = std::move(body);
    return entry;
  }
  EntryName Write(EntryBody body, std::string note = "") {
    const absl::StatusOr<EntryName> name = ledger_.Append(end_, Next(std::move(body), std::move(note)));
    EXPECT_THAT(name, IsOk());
    if (name.ok()) end_ = *name;
    return end_;
  }

  EntryName Add(int64_t delta, const Cell& cell = CounterCell()) { return Write(AddBody{cell, delta, {}, {}}); }
  EntryName Restate(Value value, const Cell& cell = CounterCell()) { return Write(RestateBody{cell, std::move(value), {}}); }
  EntryName Observe(Value value) { return Restate(std::move(value), RegisterCell()); }
  EntryName Exclude(const EntryName& first, const EntryName& last, std::string reason = "") {
    return Write(ExcludeBody{false, first, last}, std::move(reason));
  }
  EntryName Lift(const EntryName& first, const EntryName& last) { return Write(ExcludeBody{true, first, last}); }
  // Writes down what this copy holds of all other lines.
  EntryName Saw() {
    std::vector<EntryName> ends = ledger_.Ends();
    ends.erase(std::remove(ends.begin(), ends.end(), end_), ends.end());
    return Write(SawBody{ends});
  }

  // Receives the other's entries without writing anything about it.
  void Receive(const Desk& other) { Ship(other.ledger_, &ledger_); }
  // Receives and writes it down: what follows knows what the other holds.
  void Hear(const Desk& other) {
    Receive(other);
    Saw();
  }

  // A copy of this installation that goes on behind `end`; `nonce` is what its new process draws.
  Desk Copy(const EntryName& end, uint64_t nonce) const {
    Desk copy(device_.value, role_);
    Ship(ledger_, &copy.ledger_);
    copy.end_ = end;
    copy.nonce_ = nonce;
    return copy;
  }
  Desk Copy(uint64_t nonce) const { return Copy(end_, nonce); }

 private:
  DeviceId device_;
  Role role_;
  EntryName end_;
  std::optional<uint64_t> nonce_;
  UnitLedger ledger_;
};

// The union of what the desks hold.
template <typename... Desks>
UnitLedger Merge(const Desks&... desks) {
  UnitLedger merged(kUnit);
  (Ship(desks.ledger(), &merged), ...);
  return merged;
}

// Names of the postings a fold chose.
inline std::vector<EntryName> Names(const std::vector<Posting>& postings, const std::vector<std::size_t>& chosen) {
  std::vector<EntryName> names;
  for (std::size_t i : chosen) names.push_back(postings[i].name);
  return names;
}

}  // namespace motcua
