#include "agent/core/csv_import.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/report/csv_reader.h"
#include "common/base/language.h"

namespace motcua {
namespace {

enum Column { kDay, kProcedure, kChannel, kMeasure, kAction, kValue, kNote };
constexpr std::array<absl::string_view, 7> kColumnNames = {"day",    "procedure", "channel", "measure",
                                                           "action", "value",     "note"};
constexpr absl::string_view kHeaderExample = "day,procedure,channel,measure,action,value,note";

// Where each column stands in a row of the file.
struct Header {
  std::array<int, 7> at{-1, -1, -1, -1, -1, -1, -1};
  std::size_t width = 0;
};

class Faults {
 public:
  void Add(std::size_t line, absl::string_view sentence) {
    ++count_;
    if (count_ > kFaultsListedMax) return;
    listed_.push_back(
        Say(absl::StrCat("dòng ", line, ": ", sentence), absl::StrCat("line ", line, ": ", sentence)));
  }
  bool empty() const { return count_ == 0; }

  absl::Status ToStatus() const {
    std::string text = absl::StrJoin(listed_, "\n");
    if (count_ > listed_.size()) {
      const std::size_t more = count_ - listed_.size();
      absl::StrAppend(&text, "\n",
                      Say(absl::StrCat("… và ", more, " lỗi nữa."), absl::StrCat("… and ", more, " more.")));
    }
    absl::StrAppend(&text, "\n",
                    Say("Chưa ghi dòng nào; hãy sửa tệp rồi nhập lại.",
                        "Nothing was written; correct the file and import it again."));
    return absl::InvalidArgumentError(text);
  }

 private:
  std::vector<std::string> listed_;
  std::size_t count_ = 0;
};

absl::Status WrongHeader(absl::string_view what) {
  return absl::InvalidArgumentError(Say(
      absl::StrCat("dòng 1: tiêu đề (header) không đúng: ", what, "; hãy dùng các cột ", kHeaderExample, "."),
      absl::StrCat("line 1: the header is wrong: ", what, "; use the columns ", kHeaderExample, ".")));
}

absl::StatusOr<Header> ReadHeader(const std::vector<std::string>& fields) {
  Header header;
  header.width = fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto name = std::find(kColumnNames.begin(), kColumnNames.end(), fields[i]);
    const std::string shown = Quoted(fields[i]);
    if (name == kColumnNames.end()) {
      return WrongHeader(
          Say(absl::StrCat("không có cột ", shown), absl::StrCat("there is no column ", shown)));
    }
    int& at = header.at[static_cast<std::size_t>(name - kColumnNames.begin())];
    if (at >= 0) {
      return WrongHeader(Say(absl::StrCat("cột ", shown, " có hai lần"),
                             absl::StrCat("the column ", shown, " stands twice")));
    }
    at = static_cast<int>(i);
  }
  for (std::size_t column = 0; column < kColumnNames.size(); ++column) {
    if (header.at[column] >= 0 || column == kNote) continue;
    return WrongHeader(Say(absl::StrCat("thiếu cột \"", kColumnNames[column], "\""),
                           absl::StrCat("the column \"", kColumnNames[column], "\" is missing")));
  }
  return header;
}

// A row before it is checked against catalog and ledger.
struct Row {
  Cell cell;
  bool adds = false;
  std::string value;
  std::string note;
};

absl::StatusOr<Row> ReadRow(const Header& header, const std::string& unit, std::vector<std::string> fields) {
  if (fields.size() != header.width) {
    return absl::InvalidArgumentError(Say(
        absl::StrCat("có ", fields.size(), " ô nhưng tiêu đề có ", header.width,
                     " cột; hãy để mỗi cột một ô, ô trống vẫn giữ dấu ngăn."),
        absl::StrCat("the row has ", Counted(static_cast<int64_t>(fields.size()), "field", "fields"),
                     " and the header has ", Counted(static_cast<int64_t>(header.width), "column", "columns"),
                     "; write one field per column, also the empty ones.")));
  }
  const auto take = [&](Column column) {
    return header.at[column] < 0 ? std::string()
                                 : std::move(fields[static_cast<std::size_t>(header.at[column])]);
  };
  MOTCUA_ASSIGN_OR_RETURN(const Day day, ParseDay(take(kDay)));
  Row row{{unit, day, take(kProcedure), take(kChannel), take(kMeasure)}, false, take(kValue), take(kNote)};
  const std::string action = take(kAction);
  if (action != "add" && action != "set") {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("thao tác ", Quoted(action), " không có; hãy dùng add hoặc set."),
            absl::StrCat("there is no action ", Quoted(action), "; use add or set.")));
  }
  row.adds = action == "add";
  return row;
}

// Digits with an optional minus and nothing else: what "1.234" means depends on who reads it.
absl::StatusOr<int64_t> ReadNumber(const std::string& text) {
  const absl::string_view digits =
      absl::string_view(text).substr(!text.empty() && text.front() == '-' ? 1 : 0);
  int64_t number = 0;
  const bool plain = !digits.empty() && digits.find_first_not_of("0123456789") == absl::string_view::npos;
  if (plain && absl::SimpleAtoi(text, &number)) return number;
  if (plain) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("số ", Quoted(text), " quá lớn; hãy xem lại."),
            absl::StrCat("the number ", Quoted(text), " is too large; check it.")));
  }
  return absl::InvalidArgumentError(
      Say(absl::StrCat(Quoted(text),
                       " không phải số nguyên viết liền; hãy viết như 1234, không dấu chấm, không dấu phẩy."),
          absl::StrCat(Quoted(text), " is not a plain whole number; write 1234, without point or comma.")));
}

absl::StatusOr<Value> ReadValue(const Catalog& catalog, const Row& row) {
  const Measure* measure = catalog.FindMeasure(row.cell.measure);
  const bool worded =
      measure != nullptr && (measure->kind == MeasureKind::kChoice || measure->kind == MeasureKind::kText);
  if (worded && !row.adds) return Value(row.value);
  MOTCUA_ASSIGN_OR_RETURN(int64_t number, ReadNumber(row.value));
  return Value(number);
}

absl::Status DraftRow(Desk& desk, Draft& draft, const ImportRequest& request, const Header& header,
                      std::vector<std::string> fields) {
  MOTCUA_ASSIGN_OR_RETURN(Row row, ReadRow(header, desk.log().identity().unit, std::move(fields)));
  MOTCUA_RETURN_IF_ERROR(desk.CheckDay(row.cell.day, request.day_confirmed));
  MOTCUA_ASSIGN_OR_RETURN(Value value, ReadValue(*desk.catalog(), row));
  const Remark remark{request.author, row.note};
  if (row.adds) return draft.Add(row.cell, std::get<int64_t>(value), remark);
  return draft.Set(row.cell, value, std::nullopt, remark);
}

absl::Status CheckNotImported(const Desk& desk, const Hash& digest) {
  const UnitLedger& ledger = desk.log().ledger();
  for (Position at : ledger.OfKind(EntryKind::kImport)) {
    const Entry entry = ledger.EntryAt(at);
    if (std::get<ImportBody>(entry.body).digest != digest) continue;
    if (ledger.FateOf(at).kind == UnitLedger::FateKind::kExcluded) continue;
    const std::string when = FormatTimeInVietnam(entry.clock_s);
    const bool own = entry.device == desk.log().identity().device;
    const std::string device = FormatDevice(entry.device);
    return absl::AlreadyExistsError(
        Say(absl::StrCat("Tệp này đã được nhập lúc ", when,
                         own ? " trên máy này" : absl::StrCat(" trên máy ", device),
                         "; nếu thật sự muốn tính thêm lần nữa, hãy thêm --again."),
            absl::StrCat("This file was imported at ", when,
                         own ? " on this machine" : absl::StrCat(" on machine ", device),
                         "; if it really is to count again, add --again.")));
  }
  return absl::OkStatus();
}

absl::Status CheckWhole(const ImportRequest& request) {
  if (request.bytes.size() > kImportBytesMax) {
    return absl::InvalidArgumentError(Say("Tệp lớn quá 64 MiB; hãy chia thành nhiều tệp.",
                                          "The file is larger than 64 MiB; split it into several files."));
  }
  return absl::OkStatus();
}

// The locks that days of the draft fall into.
std::vector<DeskPeriod> LocksOf(const Desk& desk, const Draft& draft) {
  std::set<Day> days;
  for (const Entry& entry : draft.Finish()) {
    if (const Cell* cell = entry.cell(); cell != nullptr) days.insert(cell->day);
  }
  if (days.empty()) return {};
  std::vector<DeskPeriod> locks = desk.LocksBetween(*days.begin(), *days.rbegin());
  std::erase_if(locks, [&](const DeskPeriod& lock) {
    const auto first = days.lower_bound(lock.from);
    return first == days.end() || *first > lock.to;
  });
  return locks;
}

// The bytes as a plain program would write the same rows: a spreadsheet that saves a file anew adds a byte-order mark,
// carriage returns or a last empty line, and changes no figure by it. Semicolons stay where a comma or a quote has a
// meaning of its own.
std::string PlainBytes(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xEF\xBB\xBF");
  std::string plain = absl::StrReplaceAll(bytes, {{"\r\n", "\n"}});
  while (absl::EndsWith(plain, "\n")) plain.pop_back();
  plain.push_back('\n');
  if (plain.find_first_of(",\"") == std::string::npos) std::replace(plain.begin(), plain.end(), ';', ',');
  return plain;
}

}  // namespace

absl::StatusOr<ImportAnswer> ImportCsv(Desk& desk, const ImportRequest& request) {
  MOTCUA_RETURN_IF_ERROR(CheckWhole(request));
  CsvReader reader(request.bytes);
  if (!reader.Next()) return WrongHeader(Say("tệp trống", "the file is empty"));
  absl::StatusOr<std::vector<std::string>> names = reader.Fields();
  if (!names.ok()) return WrongHeader(absl::StripSuffix(names.status().message(), "."));
  MOTCUA_ASSIGN_OR_RETURN(Header header, ReadHeader(*names));

  MOTCUA_ASSIGN_OR_RETURN(Draft draft, desk.NewDraft());
  ImportAnswer answer;
  answer.digest = Sha256(PlainBytes(request.bytes));
  // Before the rows: against the numbers of its own first import a file may look faulty. Earlier programs stated the
  // digest of the bytes as they were.
  if (!request.again) {
    MOTCUA_RETURN_IF_ERROR(CheckNotImported(desk, answer.digest));
    MOTCUA_RETURN_IF_ERROR(CheckNotImported(desk, Sha256(request.bytes)));
  }
  Faults faults;
  while (reader.Next()) {
    ++answer.rows;
    absl::StatusOr<std::vector<std::string>> fields = reader.Fields();
    const absl::Status status =
        fields.ok() ? DraftRow(desk, draft, request, header, *std::move(fields)) : fields.status();
    if (!status.ok()) faults.Add(reader.line(), status.message());
  }
  if (answer.rows == 0)
    faults.Add(reader.line(), Say("tệp không có dòng số liệu nào.", "the file has no rows."));
  if (!faults.empty()) return faults.ToStatus();
  const ImportBody body{answer.digest, static_cast<uint32_t>(answer.rows), request.file_name};
  MOTCUA_RETURN_IF_ERROR(draft.PutFirst(body, {request.author, ""}));
  if (request.dry_run) return answer;
  MOTCUA_ASSIGN_OR_RETURN(answer.last, desk.Write(draft));
  answer.written = true;
  answer.locks = LocksOf(desk, draft);
  return answer;
}

}  // namespace motcua
