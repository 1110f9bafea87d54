// What the agent's core tests share: a small catalog, a store in memory that can lose power, a clock that
// moves when told, and a desk over them that can be closed and opened again.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "agent/core/desk.h"
#include "common/base/language.h"

namespace motcua {

inline constexpr char kUnit[] = "00019";
inline constexpr char kProcedure[] = "1.001193";
inline const Day kDay = *ParseDay("2020-03-02");

// One commune 00019 (valid 2010-01-01 to 2025-06-30) with a flow, an amount, a desk-wide flow, a stock, a
// choice and a text.
CatalogData SmallCatalogData();
std::string SmallCatalogBytes();
// Knows the bytes above (and those with " v2" behind them) and nothing else.
absl::StatusOr<std::shared_ptr<const Catalog>> ParseSmallCatalog(absl::string_view bytes);

class TestClock final : public Clock {
 public:
  int64_t WallMs() const override { return wall_ms; }
  int64_t MonotonicMs() const override { return monotonic_ms; }
  void SleepMs(int64_t duration_ms) override {
    wall_ms += duration_ms;
    monotonic_ms += duration_ms;
  }
  // 2020-03-05 09:00 in Vietnam.
  int64_t wall_ms = int64_t{1583373600} * 1000;
  int64_t monotonic_ms = 0;
};

// Applies a write whole, or fails as told and keeps nothing of it.
class MemoryStore final : public AgentStore {
 public:
  absl::StatusOr<AgentState> LoadState() override { return state; }
  absl::StatusOr<std::string> LoadCatalog() override { return catalog; }
  absl::StatusOr<std::string> LoadCatalogPartial() override { return catalog_partial; }
  absl::StatusOr<std::vector<StoredLine>> LoadLines() override;
  absl::Status ForEachEntry(const std::function<absl::Status(Position, absl::string_view)>& visit) override;
  absl::Status Apply(const StoreWrite& write) override;

  AgentState state;
  std::string catalog;
  std::string catalog_partial;
  std::map<LineId, StoredLine> lines;
  std::map<Position, std::string> entries;
  absl::Status fail_next;  // not OK: the next Apply answers this
  int applied = 0;
};

struct DeskWorld {
  explicit DeskWorld(uint32_t device = 0x11, Role role = Role::kDesk, uint64_t seed = 1)
      : random(seed), identity{DeviceId{device}, kUnit, role} {
    store.catalog = SmallCatalogBytes();
    Reopen();
  }
  // A copy of another desk's folder: the same stored bytes, its own process.
  DeskWorld(const DeskWorld& other, uint64_t seed)
      : random(seed), identity(other.identity), store(other.store) {
    clock.wall_ms = other.clock.wall_ms;
    Reopen();
  }
  // A new process on the same store.
  void Reopen() {
    auto opened = Desk::Open(identity, &store, &clock, &random, ParseSmallCatalog);
    ASSERT_TRUE(opened.ok()) << opened.status();
    desk = *std::move(opened);
  }

  absl::StatusOr<RecordAnswer> Add(int64_t delta, const std::string& measure = "received") {
    RecordRequest request = RequestFor(measure);
    request.adds = true;
    request.value = delta;
    return desk->Record(request);
  }
  absl::StatusOr<RecordAnswer> Set(const Value& value, const std::string& measure = "received",
                                   std::optional<Value> shown = std::nullopt) {
    RecordRequest request = RequestFor(measure);
    request.value = value;
    request.shown = std::move(shown);
    return desk->Record(request);
  }
  absl::StatusOr<RecordAnswer> Restate(const Value& value, const std::string& measure = "received",
                                       std::optional<Value> shown = std::nullopt) {
    RecordRequest request = RequestFor(measure);
    request.value = value;
    request.shown = std::move(shown);
    return desk->Restate(request);
  }
  static RecordRequest RequestFor(const std::string& measure) {
    RecordRequest request;
    request.day = kDay;
    request.measure = measure;
    if (measure != "apology_letter") {
      request.procedure = kProcedure;
      request.channel = "counter";
    }
    return request;
  }
  static Cell CellOf(const std::string& measure) {
    const RecordRequest request = RequestFor(measure);
    return {kUnit, kDay, request.procedure, request.channel, measure};
  }
  Value Shown(const std::string& measure = "received") const {
    for (const ShownCell& shown : desk->Show(kDayMin, kDayMax).cells) {
      if (shown.cell == CellOf(measure)) return shown.view.value;
    }
    return {};
  }
  std::size_t entry_count() const { return desk->log().ledger().entry_count(); }

  TestClock clock;
  SeededRandom random;
  DeskIdentity identity;
  MemoryStore store;
  std::unique_ptr<Desk> desk;
};

}  // namespace motcua
