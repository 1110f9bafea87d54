#include "agent/adapters/agent_commands.h"

#include <filesystem>

#include "agent/adapters/agent_json.h"
#include "agent/adapters/agent_serve.h"
#include "agent/adapters/agent_text.h"
#include "agent/adapters/grpc_enroll_client.h"
#include "agent/adapters/open_desk.h"
#include "agent/adapters/serve_mark.h"
#include "agent/core/csv_import.h"
#include "agent/core/desk_facts.h"
#include "common/base/input_file.h"
#include "common/base/language.h"
#include "common/base/output_file.h"
#include "common/base/utf8.h"
#include "common/report/report.h"

namespace motcua {

int Failed(const CommonOptions& common, const absl::Status& status) {
  *common.err << status.message() << "\n";
  return kExitFailed;
}

int Done(const CommonOptions& common, const std::string& answer) {
  *common.out << answer;
  common.out->flush();
  if (common.out->good()) return kExitDone;
  *common.err << Say("Đã làm xong nhưng không in được kết quả.", "Done, but the answer could not be printed.")
              << "\n";
  return kExitFailed;
}

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitDone;
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ? kExitHubNotReached : kExitFailed;
}

absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenForCommand(const CommonOptions& common) {
  MOTCUA_ASSIGN_OR_RETURN(std::unique_ptr<OpenedDesk> opened, OpenDesk(common.data));
  if (const std::string& aside = opened->store->set_aside(); !aside.empty()) {
    *common.err << Say(absl::StrCat("Tệp số liệu bị hỏng đã được cất ở ", aside,
                                    "; hãy đồng bộ để lấy lại số liệu từ máy chủ."),
                       absl::StrCat("The damaged data file was set aside as ", aside,
                                    "; sync to take the log back from the hub."))
                << "\n";
  }
  return opened;
}

namespace {

absl::StatusOr<std::shared_ptr<const Catalog>> CatalogOf(const Desk& desk) {
  if (desk.catalog() != nullptr) return desk.catalog();
  return absl::FailedPreconditionError(
      Say("Máy này chưa có danh mục; hãy đồng bộ (motcua-agent sync) một lần.",
          "This machine has no catalog yet; sync once (motcua-agent sync)."));
}

absl::StatusOr<RecordRequest> RequestFrom(const RecordOptions& options) {
  RecordRequest request;
  if (!options.day.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(request.day, ParseDay(options.day));
  }
  request.day_confirmed = options.day_confirmed;
  request.procedure = options.procedure;
  request.channel = options.channel;
  request.measure = options.measure;
  request.adds = options.add.has_value();
  if (options.add) request.value = *options.add;
  if (options.set) request.value = *options.set;
  if (options.set_text) request.value = *options.set_text;
  request.remark = {options.by, options.note};
  return request;
}

absl::StatusOr<RecordAnswer> RecordOrRestate(Desk& desk, const RecordOptions& options, bool restates) {
  MOTCUA_ASSIGN_OR_RETURN(RecordRequest request, RequestFrom(options));
  // A measure the catalog does not know is refused when the cell is looked at.
  const Measure* measure = desk.catalog() == nullptr ? nullptr : desk.catalog()->FindMeasure(options.measure);
  if (options.shown && measure != nullptr) {
    MOTCUA_ASSIGN_OR_RETURN(request.shown, ReadValueOf(*measure, *options.shown));
  }
  return restates ? desk.Restate(request) : desk.Record(request);
}

int WriteOne(const CommonOptions& common, const RecordOptions& options, bool restates) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  absl::StatusOr<RecordAnswer> answer = RecordOrRestate(*(*opened)->desk, options, restates);
  if (!answer.ok()) return Failed(common, answer.status());
  return Done(common, common.json ? RecordAsJson(*answer) : RecordAsText(*answer));
}

absl::StatusOr<ImportAnswer> Import(Desk& desk, const ImportOptions& options, const std::string& file_name) {
  ImportRequest request;
  MOTCUA_ASSIGN_OR_RETURN(request.bytes, ReadInputFile(options.file, kImportBytesMax));
  request.file_name = file_name;
  request.dry_run = options.dry_run;
  request.again = options.again;
  request.day_confirmed = options.day_confirmed;
  request.author = options.by;
  return ImportCsv(desk, request);
}

// As people know the file; a name that cannot be written down is left out rather than in the way of the
// import.
std::string FileName(const std::string& path) {
  constexpr std::size_t kNameBytes = 200;
  std::string name = std::filesystem::path(path).filename().string();
  return name.size() <= kNameBytes && IsValidUtf8(name) ? name : std::string();
}

absl::StatusOr<std::pair<Day, Day>> RangeOf(const ShowOptions& options, Day today) {
  std::pair<Day, Day> range{today, today};
  if (!options.day.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(range.first, ParseDay(options.day));
    range.second = range.first;
  }
  if (!options.from.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(range.first, ParseDay(options.from));
  }
  if (!options.to.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(range.second, ParseDay(options.to));
  }
  if (range.second < range.first) {
    return absl::InvalidArgumentError(Say("Ngày bắt đầu không được sau ngày kết thúc; hãy xem lại hai ngày.",
                                          "The first day must not be after the last; check both days."));
  }
  return range;
}

absl::StatusOr<std::vector<Finding>> FindingsOf(const Desk& desk, const std::string& text) {
  MOTCUA_ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, CatalogOf(desk));
  MOTCUA_ASSIGN_OR_RETURN(auto period, SplitPeriod(text));
  const DeskFacts facts(&desk.log(), catalog.get());
  return CheckPeriod(*catalog, facts, desk.log().identity().unit, period.first, period.second);
}

absl::StatusOr<std::string> ReportText(const Desk& desk, const ReportOptions& options, bool json) {
  MOTCUA_ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, CatalogOf(desk));
  const DeskFacts facts(&desk.log(), catalog.get());
  MOTCUA_ASSIGN_OR_RETURN(
      Report report, MakeReport(*catalog, facts, options.form, desk.log().identity().unit, options.period,
                                {.compare_rates = options.compare_rates}));
  const std::string format = options.format.empty() ? (json ? "json" : "table") : options.format;
  if (format == "csv") return ReportAsCsv(report);
  return format == "json" ? ReportAsJson(report) : ReportAsTable(report);
}

absl::StatusOr<FolderIdentity> Enroll(const DataFolder& folder, const EnrollOptions& options) {
  if (folder.enrolled()) {
    return absl::AlreadyExistsError(
        Say("Thư mục này đã ghi danh; hãy dùng một thư mục khác cho máy mới.",
            "This folder is enrolled already; use another folder for a new device."));
  }
  MOTCUA_ASSIGN_OR_RETURN(const DeviceKey key, folder.EnrolmentKey());
  MOTCUA_ASSIGN_OR_RETURN(Enrolled enrolled, EnrollAt(options.hub, options.token, options.name, key));
  FolderIdentity identity;
  identity.desk = {enrolled.device, enrolled.unit, enrolled.role};
  identity.unit_name = enrolled.unit_name;
  identity.name = options.name;
  identity.hub_address = options.hub;
  identity.receipt_key = enrolled.receipt_key;
  identity.incarnation = enrolled.incarnation;
  identity.tls = enrolled.identity;
  identity.ca_pem = enrolled.ca_pem;
  MOTCUA_RETURN_IF_ERROR(folder.WriteIdentity(identity));
  return identity;
}

void PrintNotices(const CommonOptions& common, const SyncResult& result) {
  for (const std::string& notice : result.notices) {
    if (notice != result.status.message()) *common.err << notice << "\n";
  }
  if (!result.status.ok()) *common.err << result.status.message() << "\n";
}

}  // namespace

int RunEnroll(const CommonOptions& common, const EnrollOptions& options) {
  absl::StatusOr<DataFolder> folder = DataFolder::Lock(common.data, /*create=*/true);
  if (!folder.ok()) return Failed(common, folder.status());
  // A key of an earlier try stays: its answer may have been lost.
  const bool tried_before = folder->enrolled() || folder->has_enrolment_key();
  absl::StatusOr<FolderIdentity> identity = Enroll(*folder, options);
  if (!identity.ok()) {
    const bool refused =
        absl::IsPermissionDenied(identity.status()) || absl::IsInvalidArgument(identity.status());
    if (refused && !tried_before) folder->Abandon();
    Failed(common, identity.status());
    return ExitCodeOf(identity.status());
  }
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenDeskIn(*std::move(folder));
  if (!opened.ok()) return Failed(common, opened.status());
  // Brings the catalog, and the log of a machine that replaces another.
  SyncOptions sync_options;
  sync_options.agent_version = kAgentVersion;
  const SyncResult result = SyncDesk(**opened, sync_options);
  PrintNotices(common, result);
  const int printed = Done(common, common.json ? EnrollAsJson(*identity, result) : EnrollAsText(*identity));
  return result.status.ok() ? printed : ExitCodeOf(result.status);
}

int RunRecord(const CommonOptions& common, const RecordOptions& options) {
  return WriteOne(common, options, false);
}
int RunRestate(const CommonOptions& common, const RecordOptions& options) {
  return WriteOne(common, options, true);
}

int RunAcknowledge(const CommonOptions& common, const AcknowledgeOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const absl::StatusOr<AcknowledgeAnswer> answer = (*opened)->desk->Acknowledge({options.by, options.note});
  if (!answer.ok()) return Failed(common, answer.status());
  return Done(common, common.json ? AcknowledgeAsJson(*answer) : AcknowledgeAsText(*answer));
}

int RunImport(const CommonOptions& common, const ImportOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const std::string name = FileName(options.file);
  absl::StatusOr<ImportAnswer> answer = Import(*(*opened)->desk, options, name);
  if (!answer.ok()) return Failed(common, answer.status());
  return Done(common, common.json ? ImportAsJson(*answer, name) : ImportAsText(*answer, name));
}

int RunShow(const CommonOptions& common, const ShowOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const Desk& desk = *(*opened)->desk;
  absl::StatusOr<std::pair<Day, Day>> range = RangeOf(options, desk.Today());
  if (!range.ok()) return Failed(common, range.status());
  const ShowAnswer answer = desk.Show(range->first, range->second);
  return Done(common, common.json ? ShowAsJson(answer) : ShowAsText(answer, desk.catalog().get()));
}

int RunCheck(const CommonOptions& common, const CheckOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  absl::StatusOr<std::vector<Finding>> findings = FindingsOf(*(*opened)->desk, options.period);
  if (!findings.ok()) return Failed(common, findings.status());
  const int printed = Done(common, common.json ? FindingsAsJson(*findings) : FindingsAsText(*findings));
  return options.strict && !findings->empty() ? kExitFailed : printed;
}

int RunReport(const CommonOptions& common, const ReportOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  absl::StatusOr<std::string> text = ReportText(*(*opened)->desk, options, common.json);
  if (!text.ok()) return Failed(common, text.status());
  if (options.out_file.empty()) return Done(common, *text);
  const absl::Status written = WriteOutputFile(options.out_file, *text, common.data);
  return written.ok() ? kExitDone : Failed(common, written);
}

int RunSubmit(const CommonOptions& common, const SubmitRequest& request) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  absl::StatusOr<SubmitAnswer> answer = (*opened)->desk->Submit(request);
  if (!answer.ok()) return Failed(common, answer.status());
  return Done(common, common.json ? SubmitAsJson(*answer) : SubmitAsText(*answer));
}

int RunSync(const CommonOptions& common, const SyncCommandOptions& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  SyncOptions sync_options;
  sync_options.budget_ms = options.timeout_ms;
  if (options.batch_bytes_max)
    sync_options.batch_bytes_max = static_cast<std::size_t>(*options.batch_bytes_max);
  sync_options.agent_version = kAgentVersion;
  SyncResult result = SyncDesk(**opened, sync_options);
  if (result.status.ok()) TellServeOfSync(common.data);
  for (const DeskPeriod& period : (*opened)->desk->Status().periods) {
    const std::string count = AmendmentCount(period);
    if (!count.empty()) result.notices.push_back(count);
  }
  PrintNotices(common, result);
  if (common.json) *common.out << SyncAsJson(result) << std::flush;
  if (!result.status.ok()) return ExitCodeOf(result.status);
  return common.json ? kExitDone : Done(common, SyncAsText(result));
}

int RunStatus(const CommonOptions& common) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const FolderIdentity& identity = (*opened)->identity;
  const Desk& desk = *(*opened)->desk;
  const std::optional<NextSync> next = ReadNextSync(common.data);
  return Done(common, common.json ? StatusAsJson(identity, desk, next) : StatusAsText(identity, desk, next));
}

}  // namespace motcua
