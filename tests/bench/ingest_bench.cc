#include "tests/bench/ingest_bench.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

#include "agent/adapters/grpc_hub_link.h"
#include "common/base/clock.h"
#include "tests/bench/bench_catalog.h"
#include "tests/bench/bench_desk.h"
#include "tests/bench/hub_rig.h"
#include "tests/bench/line_cost.h"
#include "tests/bench/stopwatch.h"

namespace motcua::bench {
namespace {

using Json = nlohmann::ordered_json;

// Other desks of a unit, whose logs its recording desk has seen.
constexpr std::size_t kOtherDesks = 3;

// Small numbers read well in a ledger listing and never meet the hub's own, 0.
DeviceId DeviceOf(std::size_t unit, std::size_t desk) {
  return DeviceId{static_cast<uint32_t>(0x10000000 + unit * 8 + desk)};
}

absl::Status ExpectTaken(const absl::StatusOr<ExchangeResponse>& response, const EntryName& end) {
  if (!response.ok()) return response.status();
  if (response->verdict == Verdict::kAppend && response->common == end) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the hub answered ", VerdictName(response->verdict), " ", response->message));
}

class IngestBench {
 public:
  explicit IngestBench(const IngestOptions& options)
      : options_(options),
        codes_(options.units, 120),
        used_units_(std::min(options.units, options.batches)) {}

  absl::StatusOr<Json> Run() {
    MOTCUA_RETURN_IF_ERROR(SetUp());
    for (std::size_t i = 0; i < options_.batches; ++i) {
      MOTCUA_RETURN_IF_ERROR(OneBatch(i % used_units_));
    }
    Json figures = Figures();
    MOTCUA_ASSIGN_OR_RETURN(figures["night"],
                            MeasureLine({served_.get(), &desks_.front(), &book_, &codes_,
                                         served_receipts_.front(), options_.programs, options_.folder}));
    MOTCUA_RETURN_IF_ERROR(AddDisk(&figures));
    return figures;
  }

 private:
  std::string Folder(const char* name) const { return options_.folder + "/" + name; }
  std::string PlainPath() const { return Folder("plain.db"); }

  absl::Status SetUp() {
    MOTCUA_ASSIGN_OR_RETURN(auto catalog, MakeCatalog(codes_));
    book_ = CodeBook(catalog->version(), catalog->codes());
    std::vector<RigDevice> devices;
    for (std::size_t unit = 0; unit < used_units_; ++unit) {
      for (std::size_t desk = 0; desk <= kOtherDesks; ++desk)
        devices.push_back({DeviceOf(unit, desk), codes_.units[unit]});
    }
    MOTCUA_ASSIGN_OR_RETURN(called_, HubRig::Make(Folder("called"), *catalog, devices));
    MOTCUA_ASSIGN_OR_RETURN(served_, HubRig::Make(Folder("served"), *catalog, devices));
    MOTCUA_RETURN_IF_ERROR(served_->Serve());
    MOTCUA_ASSIGN_OR_RETURN(plain_, PlainSqlite::Open(PlainPath(), HubRig::kCacheKib));
    for (std::size_t unit = 0; unit < used_units_; ++unit) {
      desks_.emplace_back(&codes_, unit, DeviceOf(unit, 0), unit + 1);
      MOTCUA_RETURN_IF_ERROR(RecordOtherDesks(&desks_.back()));
    }
    called_receipts_.resize(used_units_);
    served_receipts_.resize(used_units_);
    return absl::OkStatus();
  }

  // One entry from each of the unit's other desks, so that a saw names what the hubs hold.
  absl::Status RecordOtherDesks(BenchDesk* desk) {
    std::vector<EntryName> ends;
    for (std::size_t other = 1; other <= kOtherDesks; ++other) {
      BenchDesk neighbour(&codes_, desk->unit_index(), DeviceOf(desk->unit_index(), other),
                          1'000'000 + other);
      const BenchDesk::Night night = neighbour.Next(1, book_);
      for (HubRig* rig : {called_.get(), served_.get()}) {
        MOTCUA_RETURN_IF_ERROR(
            ExpectTaken(rig->api().Exchange(night.request, neighbour.device()), night.end));
      }
      MOTCUA_RETURN_IF_ERROR(plain_->Take(night.plain));
      ends.push_back(night.end);
    }
    desk->Learn(std::move(ends));
    return absl::OkStatus();
  }

  // The paths take turns with every batch, so that whatever else the machine does meets all of them, and
  // plain and accept change places, because the second to go waits for what the first left the disk to write.
  absl::Status OneBatch(std::size_t unit) {
    BenchDesk& desk = desks_[unit];
    BenchDesk::Night night = desk.Next(options_.entries_per_batch, book_);
    batch_bytes_ += night.request.batch.size();
    plain_first_ = !plain_first_;
    if (plain_first_) MOTCUA_RETURN_IF_ERROR(ThroughPlain(night));
    MOTCUA_RETURN_IF_ERROR(ThroughCall(desk, &night));
    if (!plain_first_) MOTCUA_RETURN_IF_ERROR(ThroughPlain(night));
    return ThroughGrpc(desk, &night);
  }

  absl::Status ThroughPlain(const BenchDesk::Night& night) {
    plain_watch_.Start();
    const absl::Status taken = plain_->Take(night.plain);
    plain_watch_.Stop();
    return taken;
  }

  absl::Status ThroughCall(const BenchDesk& desk, BenchDesk::Night* night) {
    night->request.newest_receipt = called_receipts_[desk.unit_index()];
    called_watch_.Start();
    const auto response = called_->api().Exchange(night->request, desk.device());
    called_watch_.Stop();
    MOTCUA_RETURN_IF_ERROR(ExpectTaken(response, night->end));
    called_receipts_[desk.unit_index()] = EncodeReceipt(response->receipt);
    return absl::OkStatus();
  }

  // Connecting is a figure of its own: a desk connects once a night, however much it brings.
  absl::Status ThroughGrpc(const BenchDesk& desk, BenchDesk::Night* night) {
    GrpcHubLink link({served_->address(), served_->ca_pem(), served_->IdentityOf(desk.device())}, &clock_);
    ExchangeRequest nothing = night->request;
    nothing.batch.clear();
    connect_watch_.Start();
    const auto connected = link.Exchange(nothing, kCallDeadlineMs);
    connect_watch_.Stop();
    MOTCUA_RETURN_IF_ERROR(connected.status());
    night->request.newest_receipt = served_receipts_[desk.unit_index()];
    grpc_watch_.Start();
    const auto response = link.Exchange(night->request, kCallDeadlineMs);
    grpc_watch_.Stop();
    MOTCUA_RETURN_IF_ERROR(ExpectTaken(response, night->end));
    served_receipts_[desk.unit_index()] = EncodeReceipt(response->receipt);
    return absl::OkStatus();
  }

  Json PathFigures(const Stopwatch& watch) const {
    const auto entries = static_cast<double>(options_.batches * options_.entries_per_batch);
    return {{"entries_per_s", entries / watch.wall_s()},
            {"cpu_us_per_entry", watch.cpu_s() * 1e6 / entries},
            {"wall_us_per_batch", watch.wall_s() * 1e6 / static_cast<double>(options_.batches)}};
  }

  Json Figures() const {
    const auto entries = static_cast<double>(options_.batches * options_.entries_per_batch);
    Json figures;
    figures["units"] = options_.units;
    figures["units_sending"] = used_units_;
    figures["batches"] = options_.batches;
    figures["entries_per_batch"] = options_.entries_per_batch;
    figures["plain_sqlite"] = PathFigures(plain_watch_);
    figures["accept"] = PathFigures(called_watch_);
    figures["grpc"] = PathFigures(grpc_watch_);
    figures["grpc_connect_us"] = connect_watch_.wall_s() * 1e6 / static_cast<double>(options_.batches);
    figures["ratio_accept_vs_sqlite"] = plain_watch_.wall_s() / called_watch_.wall_s();
    figures["ratio_accept_vs_sqlite_cpu"] = plain_watch_.cpu_s() / called_watch_.cpu_s();
    figures["ratio_grpc_vs_accept"] = called_watch_.wall_s() / grpc_watch_.wall_s();
    figures["batch_bytes_per_entry"] = static_cast<double>(batch_bytes_) / entries;
    return figures;
  }

  // Closes everything, then reads the files.
  absl::Status AddDisk(Json* figures) {
    MOTCUA_RETURN_IF_ERROR(plain_->Checkpoint());
    plain_.reset();
    called_->Close();
    served_->Close();
    MOTCUA_ASSIGN_OR_RETURN(const int64_t plain_sum, SumOf(PlainPath(), "SELECT sum(value) FROM cell"));
    MOTCUA_ASSIGN_OR_RETURN(const int64_t called_sum, called_->SumOfCells());
    if (plain_sum != called_sum) {
      return absl::InternalError(absl::StrCat("the sums differ: plain ", plain_sum, ", hub ", called_sum));
    }
    const auto entries =
        static_cast<double>(options_.batches * options_.entries_per_batch + used_units_ * kOtherDesks);
    const auto per_entry = [&](const std::string& path) {
      return static_cast<double>(std::filesystem::file_size(path)) / entries;
    };
    (*figures)["disk_bytes_per_entry"] = {{"hub", per_entry(called_->database_path())},
                                          {"plain_sqlite", per_entry(PlainPath())}};
    return absl::OkStatus();
  }

  const IngestOptions options_;
  const SyntheticCodes codes_;
  const std::size_t used_units_;
  SystemClock clock_;
  CodeBook book_;
  std::deque<BenchDesk> desks_;  // desks do not move
  std::unique_ptr<PlainSqlite> plain_;
  std::unique_ptr<HubRig> called_;
  std::unique_ptr<HubRig> served_;
  std::vector<std::string> called_receipts_, served_receipts_;
  Stopwatch plain_watch_, called_watch_, connect_watch_, grpc_watch_;
  std::size_t batch_bytes_ = 0;
  bool plain_first_ = false;
};

}  // namespace

absl::StatusOr<Json> RunIngestBench(const IngestOptions& options) { return IngestBench(options).Run(); }

}  // namespace motcua::bench
