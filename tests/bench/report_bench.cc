#include "tests/bench/report_bench.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/report/report.h"
#include "common/rpc/catalog_text.h"
#include "common/sync/batch.h"
#include "common/sync/limits.h"
#include "hub/core/hub.h"
#include "tests/bench/hub_rig.h"
#include "tests/bench/stopwatch.h"

namespace motcua::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDaysOfYear = 365;
constexpr std::size_t kEntriesPerBatch = 1000;
constexpr int64_t kDaySeconds = 86400;

// A desk that writes a year of daily entries: flows of what its unit may record, a stock now and then, and once a day
// something desk-wide.
class YearDesk {
 public:
  YearDesk(const Catalog* catalog, const Unit* unit, DeviceId device, uint64_t seed)
      : catalog_(*catalog), unit_(*unit), begin_{device, 0, 0}, end_{device, 0, 0}, hash_(ChainRoot(device)), random_(seed) {
    const std::string& level = catalog->KindOf(*unit)->level;
    for (const Procedure& procedure : catalog->data().procedures) {
      const auto& levels = procedure.levels;
      if (levels.empty() || std::find(levels.begin(), levels.end(), level) != levels.end()) procedures_.push_back(&procedure);
    }
    for (const Measure& measure : catalog->data().measures) {
      if (measure.kind == MeasureKind::kText || measure.kind == MeasureKind::kChoice || measure.once) continue;
      if (measure.code == "opening") continue;  // stated once in the life of a desk, not daily
      (measure.desk_wide ? desk_wide_ : measure.nature() == MeasureNature::kCounter ? flows_ : stocks_).push_back(&measure);
    }
  }

  Entry Next(Day day) {
    Entry entry;
    entry.device = end_.device;
    entry.seq = ++end_.seq;
    entry.clock_s = int64_t{day.number} * kDaySeconds + kDaySeconds / 2;
    entry.author = "Nguyễn Thị Hồng Nhung";
    if (entry.seq == 1) entry.nonce = random_.Next64();
    const bool wide = random_.Below(17) == 0;
    const bool stock = !wide && random_.Below(20) == 0;
    const Measure* measure = wide ? OneOf(desk_wide_) : stock ? OneOf(stocks_) : OneOf(flows_);
    // Most of what is recorded is what came in and went out.
    if (!wide && !stock && random_.Below(3) > 0) measure = flows_[random_.Below(std::min<std::size_t>(4, flows_.size()))];
    Cell cell{unit_.code, day, "", "", measure->code};
    if (!measure->desk_wide) {
      cell.procedure = procedures_[random_.Below(procedures_.size())]->code;
      cell.channel = catalog_.data().channels[random_.Below(catalog_.data().channels.size())].code;
    }
    const auto number = static_cast<int64_t>(random_.Below(12));
    if (measure->nature() == MeasureNature::kCounter) {
      entry.body = AddBody{cell, number + 1, std::nullopt, std::nullopt};
    } else {
      entry.body = RestateBody{cell, number, Value{}};
    }
    return entry;
  }

  // Says that the period is complete, behind what was sent last.
  Entry Submission(const std::string& period) {
    SubmitBody body;
    body.period = period;
    body.covers = {begin_};
    body.signer = "Lê Văn Lan";
    Entry entry;
    entry.device = end_.device;
    entry.seq = ++end_.seq;
    entry.clock_s = 1'600'000'000;
    entry.author = "Nguyễn Thị Hồng Nhung";
    entry.body = std::move(body);
    return entry;
  }

  absl::Status Send(HubApi& hub, const CodeBook& book, std::vector<Entry> entries) {
    ExchangeRequest request;
    const Run run{begin_, std::move(entries)};
    request.batch = EncodeBatch({run}, {hash_}, book, kBatchBytesMax).bytes;
    for (const Entry& entry : run.entries) hash_ = chain_.Next(hash_, entry);
    end_.h8 = First8(hash_);
    request.catalog = book.catalog();
    request.device = end_.device;
    request.unit = unit_.code;
    request.locator = {end_};
    if (begin_.seq > 0) request.locator.push_back(begin_);
    request.ends = {end_};
    request.agent_time_ms = 1'600'000'000'000;
    request.agent_version = "0.1.0";
    MOTCUA_ASSIGN_OR_RETURN(const ExchangeResponse response, hub.Exchange(request, end_.device));
    if (response.verdict != Verdict::kAppend || response.common != end_) {
      return absl::InternalError(absl::StrCat("the hub answered ", VerdictName(response.verdict), " ", response.message));
    }
    begin_ = end_;
    return absl::OkStatus();
  }

 private:
  template <typename T>
  const T* OneOf(const std::vector<const T*>& list) {
    return list[random_.Below(list.size())];
  }

  const Catalog& catalog_;
  const Unit& unit_;
  EntryName begin_;
  EntryName end_;
  Hash hash_;
  Chain chain_;
  SeededRandom random_;
  std::vector<const Procedure*> procedures_;
  std::vector<const Measure*> flows_;
  std::vector<const Measure*> stocks_;
  std::vector<const Measure*> desk_wide_;
};

// The unit above all others: what a district or province hands upward.
const Unit* RootOf(const Catalog& catalog) {
  for (const Unit& unit : catalog.data().units) {
    if (unit.parent.empty()) return &unit;
  }
  return nullptr;
}

std::vector<const Unit*> Recording(const Catalog& catalog) {
  return catalog.RecordingUnits(RootOf(catalog)->code, kDayMin, kDayMax);
}

// The catalog of a folder, with communes added until it has as many recording units as asked for.
absl::StatusOr<std::shared_ptr<const Catalog>> WideCatalog(const std::string& folder, std::size_t units) {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<CatalogFile> files, ReadCatalogFiles(folder));
  MOTCUA_ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, LoadCatalog(files));
  const std::vector<const Unit*> recording = Recording(*catalog);
  const auto commune = std::find_if(recording.begin(), recording.end(), [&](const Unit* unit) {
    return catalog->KindOf(*unit)->level == "commune";
  });
  if (commune == recording.end() || recording.size() >= units) return catalog;
  const std::string to = (*commune)->valid_to ? absl::StrCat(" valid_to: \"", FormatDay(*(*commune)->valid_to), "\"") : "";
  std::string more;
  for (std::size_t i = recording.size(); i < units; ++i) {
    absl::StrAppend(&more, "unit { code: \"B", i, "\" name: \"Xã B", i, "\" kind: \"", (*commune)->kind,
                    "\" parent: \"", (*commune)->parent.empty() ? RootOf(*catalog)->code : (*commune)->parent,
                    "\" valid_from: \"", FormatDay((*commune)->valid_from), "\"", to, " }\n");
  }
  files.push_back({"bench-units.txtpb", more});
  return LoadCatalog(files);
}

class ReportBench {
 public:
  ReportBench(const ReportBenchOptions& options, std::string name) : options_(options), name_(std::move(name)) {}

  absl::StatusOr<Json> Run() {
    MOTCUA_ASSIGN_OR_RETURN(catalog_, WideCatalog(options_.catalogs + "/" + name_, options_.units));
    MOTCUA_RETURN_IF_ERROR(Fill());
    Json figures = {{"units", units_.size()}, {"entries", entries_}};
    for (const Form& form : catalog_->data().forms) {
      for (const Period& period : catalog_->FindCalendar(form.calendar)->periods) {
        if (!InYear(period)) continue;
        MOTCUA_RETURN_IF_ERROR(MeasureForm(form, period, &figures));
      }
    }
    return figures;
  }

 private:
  // A year that ends with the last day that all forms ask about.
  absl::Status Fill() {
    for (const Form& form : catalog_->data().forms) {
      Day end = kDayMin;
      for (const Period& period : catalog_->FindCalendar(form.calendar)->periods) end = std::max(end, period.to);
      last_ = std::min(last_, end);
    }
    units_ = Recording(*catalog_);
    std::vector<RigDevice> devices;
    for (std::size_t i = 0; i < units_.size(); ++i) devices.push_back({DeviceId{static_cast<uint32_t>(0x10000000 + i)}, units_[i]->code});
    MOTCUA_ASSIGN_OR_RETURN(rig_, HubRig::Make(options_.folder + "/" + name_, *catalog_, devices));
    std::deque<YearDesk> desks;  // they stay where they are
    for (std::size_t i = 0; i < units_.size(); ++i) desks.emplace_back(catalog_.get(), units_[i], devices[i].device, i + 1);
    // By turns, as it is: everybody's entries up to the day on which periods end, their submissions, the lock. The
    // periods that end with the year stay open.
    std::map<Day, std::vector<std::string>> ends = {{last_, {}}};
    for (const Calendar& calendar : catalog_->data().calendars) {
      for (const Period& period : calendar.periods) {
        if (options_.locks && InYear(period)) ends[period.to].push_back(absl::StrCat(calendar.id, "/", period.id));
      }
    }
    Day from = last_ + (1 - kDaysOfYear);
    for (const auto& [to, periods] : ends) {
      for (YearDesk& desk : desks) MOTCUA_RETURN_IF_ERROR(Write(&desk, from, to, periods));
      from = to + 1;
      if (to == last_) continue;
      for (const std::string& period : periods) {
        const PeriodOrder order{period, RootOf(*catalog_)->code, "số liệu đã đủ", "Chi"};
        MOTCUA_RETURN_IF_ERROR(rig_->hub().LockPeriod(order, /*accept_missing=*/true).status());
      }
    }
    return absl::OkStatus();
  }

  bool InYear(const Period& period) const { return period.to <= last_ && period.to > last_ - kDaysOfYear; }

  absl::Status Write(YearDesk* desk, Day from, Day to, const std::vector<std::string>& submitted) {
    const CodeBook book(catalog_->version(), catalog_->codes());
    std::vector<Entry> entries;
    for (Day day = from; day <= to; day = day + 1) {
      for (std::size_t cell = 0; cell < options_.cells_per_day; ++cell) entries.push_back(desk->Next(day));
      if (entries.size() < kEntriesPerBatch && day < to) continue;
      entries_ += entries.size();
      MOTCUA_RETURN_IF_ERROR(desk->Send(rig_->api(), book, std::move(entries)));
      entries.clear();
    }
    for (const std::string& period : submitted) {
      MOTCUA_RETURN_IF_ERROR(desk->Send(rig_->api(), book, {desk->Submission(period)}));
    }
    return absl::OkStatus();
  }

  // Without locks the living report alone; with them also what the revision prints, and who has submitted.
  absl::Status MeasureForm(const Form& form, const Period& period, Json* figures) {
    const std::string name = absl::StrCat(form.id, " ", period.id);
    const std::string root = RootOf(*catalog_)->code;
    const auto report = [&](int64_t revision) {
      return Measure([&]() -> absl::StatusOr<std::size_t> {
        std::size_t rows = 0;
        MOTCUA_RETURN_IF_ERROR(rig_->hub().WithReport({form.id, root, period.id, revision, ""}, [&](const Report& made) {
          rows = made.rows.size();
          return absl::OkStatus();
        }));
        return rows;
      });
    };
    MOTCUA_ASSIGN_OR_RETURN((*figures)[name], report(0));
    if (!options_.locks) return absl::OkStatus();
    if (period.to < last_) {
      MOTCUA_ASSIGN_OR_RETURN((*figures)[absl::StrCat(name, " revision 1")], report(1));
    }
    MOTCUA_ASSIGN_OR_RETURN((*figures)[absl::StrCat(name, " status")], Measure([&]() -> absl::StatusOr<std::size_t> {
      MOTCUA_ASSIGN_OR_RETURN(const PeriodStatus status,
                              rig_->hub().PeriodStatusOf(absl::StrCat(form.calendar, "/", period.id), root));
      return status.units.size();
    }));
    return absl::OkStatus();
  }

  // Runs `ask`, which returns how many rows it got, several times.
  absl::StatusOr<Json> Measure(const std::function<absl::StatusOr<std::size_t>()>& ask) {
    std::vector<double> ms;
    std::vector<double> cpu_ms;
    std::size_t rows = 0;
    for (int i = 0; i < options_.repeats; ++i) {
      Stopwatch watch;
      watch.Start();
      MOTCUA_ASSIGN_OR_RETURN(rows, ask());
      watch.Stop();
      ms.push_back(watch.wall_s() * 1000);
      cpu_ms.push_back(watch.cpu_s() * 1000);
    }
    std::sort(ms.begin(), ms.end());
    std::sort(cpu_ms.begin(), cpu_ms.end());
    const auto rounded = [](double value) { return static_cast<double>(static_cast<int64_t>(value * 10 + 0.5)) / 10; };
    return Json{{"median_ms", rounded(ms[ms.size() / 2])}, {"cpu_ms", rounded(cpu_ms[cpu_ms.size() / 2])},
                {"rows", rows}};
  }

  const ReportBenchOptions& options_;
  const std::string name_;
  std::shared_ptr<const Catalog> catalog_;
  std::unique_ptr<HubRig> rig_;
  std::vector<const Unit*> units_;
  std::size_t entries_ = 0;
  Day last_ = kDayMax;
};

}  // namespace

absl::StatusOr<Json> RunReportBench(const ReportBenchOptions& options) {
  std::vector<std::string> names;
  if (!options.catalog.empty()) {
    names.push_back(options.catalog);
  } else {
    std::error_code error;
    for (std::filesystem::directory_iterator at(options.catalogs, error), end; !error && at != end; at.increment(error)) {
      if (std::filesystem::exists(at->path() / "catalog.txtpb")) names.push_back(at->path().filename().string());
    }
    std::sort(names.begin(), names.end());
  }
  Json figures = Json::object();
  for (const std::string& name : names) {
    // A regime without units of its own is measured where others take it in.
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<CatalogFile> files, ReadCatalogFiles(options.catalogs + "/" + name));
    MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, LoadCatalog(files));
    if (catalog->data().units.empty()) continue;
    MOTCUA_ASSIGN_OR_RETURN(figures[name], ReportBench(options, name).Run());
  }
  return figures;
}

}  // namespace motcua::bench
