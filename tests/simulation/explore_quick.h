// Folders for searches of millions of steps: the same cores, and no disk that could fail. What a crash leaves is then
// what was there before the step or after it, which DiskFolder holds against real power cuts.
//
// MemoryDeskFolder: entries and state in memory, behind AgentStore.
// OpenHubFolder:    the real store over SQLite, kept open. A step is one transaction that is looked at before it
//                   is committed; only what nobody has seen before is.
//
// Threads: one.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "agent/core/agent_store.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "tests/simulation/explore_folder.h"

namespace motcua::explore {

struct DeskContent {
  AgentState state;
  std::string catalog;
  std::string catalog_partial;
  std::vector<StoredLine> lines;
  std::map<Position, std::string> entries;
};

class MemoryDeskFolder final : public Folder<AgentStore> {
 public:
  void Lay(std::optional<uint32_t> image) override { content_ = image ? kept_[*image] : DeskContent{}; }
  absl::StatusOr<std::unique_ptr<AgentStore>> Open() override;
  absl::StatusOr<Hash> Digest() override;
  uint32_t Keep() override;
  std::size_t bytes_kept() const override { return bytes_kept_; }

 private:
  DeskContent content_;
  std::deque<DeskContent> kept_;
  std::size_t bytes_kept_ = 0;
};

class OpenHubFolder final : public Folder<HubStore> {
 public:
  OpenHubFolder();
  ~OpenHubFolder() override;
  void Lay(std::optional<uint32_t> image) override;
  absl::StatusOr<std::unique_ptr<HubStore>> Open() override;
  absl::StatusOr<Hash> Digest() override;
  uint32_t Keep() override;
  std::size_t bytes_kept() const override { return images_.bytes_kept(); }

 private:
  // A database that is open, and which image it is.
  struct Seat;
  Seat* SeatOf(std::optional<uint32_t> image);
  void Undo();

  ImageShelf images_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::map<uint32_t, Seat*> seat_of_;
  Seat* current_ = nullptr;
  uint64_t uses_ = 0;
};

}  // namespace motcua::explore
