// CheckBounds: what an entry must satisfy whatever the catalog and the ledger say.
#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/ledger/canonical.h"

namespace motcua {
namespace {

// Collects every fault, so that a person corrects an entry once and not fault by fault.
class Faults {
 public:
  void Add(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  void Text(const char* field, absl::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) {
      Add(Say(absl::StrCat("\"", field, "\" dài quá ", bytes_max, " byte; hãy rút ngắn."),
              absl::StrCat("\"", field, "\" is longer than ", bytes_max, " bytes; shorten it.")));
    }
    if (!IsValidUtf8(text)) {
      Add(Say(absl::StrCat("\"", field, "\" không phải là UTF-8 hợp lệ; hãy gõ lại."),
              absl::StrCat("\"", field, "\" is not valid UTF-8; type it again.")));
    } else if (!IsPlainText(text)) {
      Add(Say(absl::StrCat("\"", field, "\" có ký tự điều khiển không in được; hãy bỏ đi."),
              absl::StrCat("\"", field, "\" has control characters that cannot be printed; take them out.")));
    }
  }

  void Code(const char* field, absl::string_view code) {
    if (IsCode(code)) return;
    // The text is repeated only when it can be printed.
    const absl::string_view printed = code.size() <= 64 && IsValidUtf8(code) ? code : "…";
    Add(Say(absl::StrCat("\"", field, "\" (", printed, ") không phải là mã hợp lệ."),
            absl::StrCat("\"", field, "\" (", printed, ") is not a valid code.")));
  }

  void CodeOrEmpty(const char* field, absl::string_view code) {
    if (!code.empty()) Code(field, code);
  }

  void Number(const char* field, int64_t number) {
    if (number >= -kNumberMax && number <= kNumberMax) return;
    Add(Say(absl::StrCat("\"", field, "\" phải nằm trong khoảng ±", kNumberMax, "; hãy xem lại."),
            absl::StrCat("\"", field, "\" must lie within ±", kNumberMax, "; check it.")));
  }

  void Seq(const char* field, motcua::Seq seq) {
    if (seq >= 1 && seq <= kSeqMax) return;
    Add(Say(absl::StrCat("\"", field, "\" phải từ 1 đến ", kSeqMax, "."),
            absl::StrCat("\"", field, "\" must be from 1 to ", kSeqMax, ".")));
  }

  void ValueOf(const char* field, const Value& value) {
    if (const auto* number = std::get_if<int64_t>(&value)) Number(field, *number);
    if (const auto* text = std::get_if<std::string>(&value)) Text(field, *text, kTextValueBytesMax);
  }

  void Names(const char* field, const std::vector<EntryName>& names) {
    if (names.size() > kNamesMax) {
      Add(Say(absl::StrCat("\"", field, "\" có quá ", kNamesMax, " tên."),
              absl::StrCat("\"", field, "\" has more than ", kNamesMax, " names.")));
    }
    for (const EntryName& name : names) Seq(field, name.seq);
    const auto not_ascending = [](const EntryName& a, const EntryName& b) { return !(a < b); };
    if (std::adjacent_find(names.begin(), names.end(), not_ascending) != names.end()) {
      Add(Say(absl::StrCat("\"", field, "\" phải xếp tăng dần, không trùng."),
              absl::StrCat("\"", field, "\" must be ascending, without repeats.")));
    }
  }

  absl::Status ToStatus() const {
    return sentences_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrJoin(sentences_, " "));
  }

 private:
  std::vector<std::string> sentences_;
};

void Check(const Cell& cell, Faults& faults) {
  faults.Code("unit", cell.unit);
  if (cell.day < kDayMin || cell.day > kDayMax) {
    faults.Add(Say("\"day\" phải từ năm 1900 đến năm 2199.", "\"day\" must be from 1900 to 2199."));
  }
  faults.CodeOrEmpty("procedure", cell.procedure);
  faults.CodeOrEmpty("channel", cell.channel);
  faults.Code("measure", cell.measure);
}

void Check(const AddBody& add, Faults& faults) {
  Check(add.cell, faults);
  faults.Number("delta", add.delta);
  if (add.typed) faults.Number("typed", *add.typed);
  if (add.shown) faults.Number("shown", *add.shown);
}

void Check(const RestateBody& restate, Faults& faults) {
  Check(restate.cell, faults);
  faults.ValueOf("value", restate.value);
  faults.ValueOf("shown", restate.shown);
}

void Check(const SawBody& saw, Faults& faults) { faults.Names("saw", saw.ends); }

void Check(const ExcludeBody& exclude, Faults& faults) {
  faults.Seq("first", exclude.first.seq);
  faults.Seq("last", exclude.last.seq);
  if (exclude.first.device != exclude.last.device || exclude.first.seq > exclude.last.seq) {
    faults.Add(Say("\"first\" và \"last\" phải cùng một thiết bị, \"first\" không sau \"last\".",
                   "\"first\" and \"last\" must be of one device, \"first\" not behind \"last\"."));
  }
}

void Check(const ImportBody& import, Faults& faults) {
  if (import.rows > kSeqMax) faults.Add(Say("\"rows\" quá lớn.", "\"rows\" is too large."));
  faults.Text("file_name", import.file_name, kFileNameBytesMax);
}

bool IsPeriod(absl::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != absl::string_view::npos && IsCode(text.substr(0, slash)) && IsCode(text.substr(slash + 1));
}

void Check(const SubmitBody& submit, Faults& faults) {
  if (!IsPeriod(submit.period)) {
    faults.Add(Say("\"period\" phải viết dạng LỊCH/KỲ, ví dụ vpcp/2020-08.",
                   "\"period\" must be CALENDAR/ID, like vpcp/2020-08."));
  }
  faults.Names("covers", submit.covers);
  faults.Text("signer", submit.signer, kAuthorBytesMax);
  faults.Text("document", submit.document, kNoteBytesMax);
  if (submit.reasons.size() > kReasonsMax) {
    faults.Add(Say(absl::StrCat("Có quá ", kReasonsMax, " lý do."),
                   absl::StrCat("There are more than ", kReasonsMax, " reasons.")));
  }
  for (const SubmitBody::Reason& reason : submit.reasons) {
    faults.Code("rule", reason.rule);
    faults.Text("reason", reason.text, kNoteBytesMax);
  }
}

// A fork is of one device: its branches begin right behind its last common entry.
void Check(const ReviewBody& review, Faults& faults) {
  if (review.fork.seq >= kSeqMax || (review.fork.seq == 0 && review.fork.h8 != 0)) {
    faults.Add(Say("\"fork\" không phải là điểm rẽ nhánh.", "\"fork\" is not where branches part."));
  }
  faults.Names("branches", review.branches);
  const auto elsewhere = [&](const EntryName& name) {
    return name.device != review.fork.device || name.seq != review.fork.seq + 1;
  };
  if (review.branches.size() < 2 || std::any_of(review.branches.begin(), review.branches.end(), elsewhere)) {
    faults.Add(Say("\"branches\" phải là từ hai lượt ghi trở lên, ngay sau \"fork\" của cùng một thiết bị.",
                   "\"branches\" must be two or more entries right behind \"fork\", of the same device."));
  }
}

void Check(const PeriodBody::Frozen& frozen, Faults& faults) {
  faults.Names("covers", frozen.covers);
  if (frozen.state > kUnitStateLast || frozen.units > kPeriodUnitsMax) {
    faults.Add(Say("Tình trạng của đơn vị trong kỳ không hợp lệ.", "The unit's state in the period is not a known one."));
  }
}

// What belongs to another act is not written, so it must not be there: equal entries have equal bytes.
bool OnlyOfItsAct(const PeriodBody& period) {
  return (period.freezes() || period.frozen == PeriodBody::Frozen()) &&
         (period.act == PeriodAct::kUnlock || period.until_s == 0) &&
         (period.judges() || period.submission == EntryName());
}

void Check(const PeriodBody& period, Faults& faults) {
  if (period.act < PeriodAct::kLock || period.act > kPeriodActLast || !OnlyOfItsAct(period)) {
    faults.Add(Say("Không rõ máy chủ tổng hợp quyết định gì về kỳ.", "It is not clear what is decided about the period."));
  }
  if (!IsPeriod(period.period)) {
    faults.Add(Say("\"period\" phải viết dạng LỊCH/KỲ, ví dụ vpcp/2020-08.",
                   "\"period\" must be CALENDAR/ID, like vpcp/2020-08."));
  }
  faults.Code("area", period.area);
  const bool of_revision = period.act <= PeriodAct::kRelock;
  if (period.revision > kRevisionMax || (period.revision > 0) != of_revision) {
    faults.Add(Say("\"revision\" không hợp lệ.", "\"revision\" is not valid."));
  }
  if (period.until_s < 0 || period.until_s > kClockSecondsMax) {
    faults.Add(Say("\"until\" không hợp lệ.", "\"until\" is not valid."));
  }
  if (period.judges()) faults.Seq("submission", period.submission.seq);
  Check(period.frozen, faults);
}

// The longest entry of every other kind fits by its parts: 1000 bytes hold the head, the codes and the
// numbers.
static_assert(1000 + kAuthorBytesMax + kNoteBytesMax + 2 * kTextValueBytesMax < kEntryBytesMax);
static_assert(1000 + kAuthorBytesMax + kNoteBytesMax + kNamesMax * (4 + 5 + 8) < kEntryBytesMax);

// A submission has many texts of its own; only the whole can be bounded. Called when the parts are in bounds.
void CheckSize(const Entry& entry, Faults& faults) {
  if (entry.kind() != EntryKind::kSubmit) return;
  std::string bytes;
  AppendCanonical(entry, &bytes);
  if (bytes.size() <= kEntryBytesMax) return;
  faults.Add(
      Say(absl::StrCat("Lượt nộp dài quá ", kEntryBytesMax, " byte; hãy viết lý do ngắn hơn."),
          absl::StrCat("The submission is longer than ", kEntryBytesMax, " bytes; shorten the reasons.")));
}

}  // namespace

absl::Status CheckBounds(const Entry& entry) {
  Faults faults;
  faults.Seq("seq", entry.seq);
  if (entry.role < Role::kDesk || entry.role > Role::kHub) {
    faults.Add(Say("\"role\" không có trong danh sách.", "\"role\" is not one of the known roles."));
  }
  if (entry.clock_s < kClockSecondsMin || entry.clock_s > kClockSecondsMax) {
    faults.Add(Say("Đồng hồ phải nằm trong khoảng năm 1 đến năm 9999.",
                   "The clock must lie in the years 1 to 9999."));
  }
  // Who signs a submission is its author too: what is wrong with the name is said once.
  const auto* submit = std::get_if<SubmitBody>(&entry.body);
  if (submit == nullptr || submit->signer != entry.author)
    faults.Text("author", entry.author, kAuthorBytesMax);
  faults.Text("note", entry.note, kNoteBytesMax);
  std::visit([&](const auto& body) { Check(body, faults); }, entry.body);
  if (faults.ToStatus().ok()) CheckSize(entry, faults);
  return faults.ToStatus();
}

}  // namespace motcua
