// Whatever the store answers at whichever call, disk and memory stay one: after an error the desk shows
// exactly what a desk opened anew over the same store shows, and the next try works.
//
// It should survive: a failing call at any place of a record, an import, a sync that sends, takes, forks,
// goes back and changes the catalog.
#include "agent/core/csv_import.h"
#include "agent/core/sync_session.h"
#include "tests/agent/core/small_hub.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

// Counts the calls, and answers an error at the one it is told.
class FaultyAgentStore final : public AgentStore {
 public:
  explicit FaultyAgentStore(MemoryStore* inner) : inner_(*inner) {}
  void FailAt(int n) { fail_in_ = n; }
  bool failed() const { return fail_in_ < 0; }

  absl::StatusOr<AgentState> LoadState() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.LoadState();
  }
  absl::StatusOr<std::string> LoadCatalog() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.LoadCatalog();
  }
  absl::StatusOr<std::string> LoadCatalogPartial() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.LoadCatalogPartial();
  }
  absl::StatusOr<std::vector<StoredLine>> LoadLines() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.LoadLines();
  }
  absl::Status ForEachEntry(const std::function<absl::Status(Position, absl::string_view)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachEntry(visit);
  }
  absl::Status Apply(const StoreWrite& write) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Apply(write);
  }

 private:
  absl::Status Meet() {
    if (fail_in_ <= 0 || --fail_in_ > 0) return absl::OkStatus();
    fail_in_ = -1;
    return absl::ResourceExhaustedError("told to fail");
  }
  MemoryStore& inner_;
  int fail_in_ = 0;  // 0: no fault is set; −1: it has happened
};

std::string Snapshot(const Desk& desk) {
  const DeskLog& log = desk.log();
  std::string text = absl::StrCat("own end ", FormatEntryName(log.own_end()), " at ", log.own_position().line,
                                  "/", log.own_position().seq, " entries ", log.ledger().entry_count(), "\n");
  for (const EntryName& end : log.ledger().Ends()) absl::StrAppend(&text, FormatEntryName(end), "\n");
  const Hash digest = log.ledger().Digest([&](const std::string& measure) -> std::optional<MeasureNature> {
    const Measure* found = desk.catalog() == nullptr ? nullptr : desk.catalog()->FindMeasure(measure);
    return found == nullptr ? std::nullopt : std::optional<MeasureNature>(found->nature());
  });
  const Hash catalog = desk.catalog() == nullptr ? Hash{} : desk.catalog()->version();
  return absl::StrCat(text, ToHex(AsBytes(digest)), " ", ToHex(AsBytes(catalog)), " waiting ",
                      desk.Status().waiting);
}

class FailedAgentStoreTest : public ::testing::Test {
 protected:
  FailedAgentStoreTest() : language_(Language::kEnglish) { Open(DeviceId{0x11}); }

  void Open(DeviceId device) {
    identity_ = {device, kUnit, Role::kSupervisor};
    memory_ = {};
    memory_.catalog = SmallCatalogBytes();
    auto desk = Desk::Open(identity_, &store_, &clock_, &random_, ParseSmallCatalog);
    ASSERT_TRUE(desk.ok()) << desk.status();
    desk_ = *std::move(desk);
  }
  // Does `step` with a failure at its first call to the store, its second and so on, until one try meets
  // none.
  void FailEverywhere(const std::string& what, const std::function<absl::Status()>& step) {
    SCOPED_TRACE(what);
    for (int n = 1;; ++n) {
      store_.FailAt(n);
      const absl::Status status = step();
      const bool failed = store_.failed();
      store_.FailAt(0);
      auto stored = Desk::Open(identity_, &memory_, &clock_, &random_, ParseSmallCatalog);
      ASSERT_TRUE(stored.ok()) << stored.status();
      ASSERT_EQ(Snapshot(*desk_), Snapshot(**stored)) << "memory and disk differ after call " << n;
      ASSERT_TRUE(desk_->log().state() == (*stored)->log().state()) << "call " << n;
      if (!failed) {
        ASSERT_THAT(status, IsOk());
        ASSERT_GT(n, 1) << "the step does ask the store";
        return;
      }
      ASSERT_LT(n, 200);
    }
  }
  absl::Status Sync(std::size_t batch_bytes_max = kBatchBytesMax) {
    hub_.clock = &clock_;
    SyncOptions options;
    options.batch_bytes_max = batch_bytes_max;
    return SyncSession(desk_.get(), &hub_, &hub_.signer, options).Run().status;
  }
  absl::Status Record(const std::string& measure, bool adds, Value value) {
    RecordRequest request = DeskWorld::RequestFor(measure);
    request.adds = adds;
    request.value = std::move(value);
    return desk_->Record(request).status();
  }
  void SyncOther(DeskWorld& world) {
    hub_.clock = &world.clock;
    ASSERT_THAT(SyncSession(world.desk.get(), &hub_, &hub_.signer, {}).Run().status, IsOk());
  }
  int64_t Received() {
    for (const ShownCell& shown : desk_->Show(kDayMin, kDayMax).cells) {
      if (shown.cell == DeskWorld::CellOf("received")) return std::get<int64_t>(shown.view.value);
    }
    return -1;
  }

  ScopedLanguage language_;
  DeskIdentity identity_;
  TestClock clock_;
  SeededRandom random_{5};
  MemoryStore memory_;
  FaultyAgentStore store_{&memory_};
  std::unique_ptr<Desk> desk_;
  SmallHub hub_;
};

TEST_F(FailedAgentStoreTest, WhatAPersonDoesIsWholeWhereverTheStoreFails) {
  FailEverywhere("add", [&] { return Record("received", true, int64_t{5}); });
  FailEverywhere("set", [&] { return Record("received", false, int64_t{7}); });
  FailEverywhere("text", [&] { return Record("remark", false, std::string("sửa máy")); });
  FailEverywhere("restate", [&] {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.value = int64_t{9};
    return desk_->Restate(request).status();
  });
  FailEverywhere("import", [&] {
    ImportRequest request;
    request.bytes =
        "day,procedure,channel,measure,action,value\n2020-03-02,1.001193,counter,received,add,1\n"
        "2020-03-03,1.001193,counter,received,add,2\n";
    request.file_name = "a.csv";
    return ImportCsv(*desk_, request).status();
  });
  EXPECT_EQ(Received(), 10);
}

TEST_F(FailedAgentStoreTest, SyncsAreWholeWhereverTheStoreFails) {
  DeskWorld other(0x22);
  for (int i = 0; i < 40; ++i) ASSERT_THAT(other.Add(1), IsOk());
  SyncOther(other);
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Record("received", true, int64_t{1}), IsOk());
  FailEverywhere("send and take in small pieces", [&] { return Sync(kBatchBytesMin); });
  hub_.chunk_bytes = 4;
  hub_.catalog_bytes += " v2";
  FailEverywhere("another catalog in chunks", [&] { return Sync(); });
  EXPECT_EQ(desk_->catalog()->version(), Sha256(hub_.catalog_bytes));
  EXPECT_EQ(Received(), 50);
  EXPECT_EQ(hub_.ledger.Ends(), desk_->log().ledger().Ends());
}

TEST_F(FailedAgentStoreTest, AFolderThatWasRestoredOrCopiedIsWholeWhereverTheStoreFails) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Record("received", true, int64_t{1}), IsOk());
  ASSERT_THAT(Sync(), IsOk());
  const MemoryStore backup = memory_;
  const auto restore = [&] {
    memory_ = backup;
    desk_ = *Desk::Open(identity_, &store_, &clock_, &random_, ParseSmallCatalog);
  };
  for (int i = 0; i < 60; ++i) ASSERT_THAT(Record("received", true, int64_t{1}), IsOk());
  ASSERT_THAT(Sync(), IsOk());
  restore();
  FailEverywhere("takes its entries back", [&] { return Sync(kBatchBytesMin); });
  EXPECT_EQ(Received(), 63);
  restore();
  ASSERT_THAT(Record("received", true, int64_t{1}), IsOk());
  FailEverywhere("goes on on its own line", [&] { return Sync(kBatchBytesMin); });
  EXPECT_EQ(Received(), 64);
  EXPECT_EQ(hub_.ledger.Ends(), desk_->log().ledger().Ends());
}

}  // namespace
}  // namespace motcua
