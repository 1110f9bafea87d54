#include "hub/core/code_ids.h"

#include "common/base/language.h"
#include "hub/core/fact_key.h"

namespace motcua {
namespace {

// No code has a space (IsCode), so it separates the two parts of a scope's name.
constexpr char kScopeSeparator = ' ';

uint32_t IdsMax(CodeKind kind) {
  switch (kind) {
    case CodeKind::kUnit:
    case CodeKind::kScope:
      return kOwnersMax;
    case CodeKind::kProcedure:
      return kProceduresMax;
    case CodeKind::kChannel:
      return kChannelsMax;
    case CodeKind::kMeasure:
      return kMeasuresMax;
  }
  return 0;
}

}  // namespace

absl::Status CodeIds::Load() {
  bool in_order = true;
  MOTCUA_RETURN_IF_ERROR(store_.ForEachCode([&](CodeKind kind, uint32_t id, const std::string& text) {
    in_order = in_order && kind >= CodeKind::kUnit && kind <= CodeKind::kScope;
    if (!in_order) return;
    Kind& of = Of(kind);
    in_order = in_order && id == of.texts.size();
    of.texts.push_back(text);
    of.ids.emplace(text, id);
  }));
  return in_order ? absl::OkStatus()
                  : absl::DataLossError(
                        Say("Bảng mã của máy chủ tổng hợp bị thiếu dòng; hãy khôi phục từ bản sao lưu.",
                            "The hub's table of codes lacks rows; restore from a backup."));
}

uint32_t CodeIds::Find(CodeKind kind, std::string_view text) const {
  const auto found = Of(kind).ids.find(text);
  return found == Of(kind).ids.end() ? 0 : found->second;
}

absl::StatusOr<uint32_t> CodeIds::Get(CodeKind kind, const std::string& text) {
  if (text.empty()) return 0;
  if (const uint32_t id = Find(kind, text)) return id;
  Kind& of = Of(kind);
  const auto id = static_cast<uint32_t>(of.texts.size());
  if (id > IdsMax(kind)) {
    return absl::ResourceExhaustedError(Say(absl::StrCat("Máy chủ tổng hợp đã dùng hết ", IdsMax(kind),
                                                         " mã cùng loại; không nhận thêm mã ", text, "."),
                                            absl::StrCat("This hub has used all ", IdsMax(kind),
                                                         " codes of one kind and cannot take ", text, ".")));
  }
  MOTCUA_RETURN_IF_ERROR(store_.AddCode(kind, id, text));
  of.texts.push_back(text);
  of.ids.emplace(text, id);
  added_.push_back(kind);
  return id;
}

absl::StatusOr<absl::string_view> CodeIds::Text(CodeKind kind, uint32_t id) const {
  const std::vector<std::string>& texts = Of(kind).texts;
  if (id < texts.size()) return absl::string_view(texts[id]);
  return absl::DataLossError(
      Say(absl::StrCat("Cơ sở dữ liệu của máy chủ tổng hợp bị hỏng: mã số ", id,
                       " không có trong bảng mã; hãy khôi phục từ bản sao lưu."),
          absl::StrCat("The hub's database is damaged: number ", id,
                       " is not in its table of codes; restore from a backup.")));
}

absl::StatusOr<uint32_t> CodeIds::Scope(const std::string& ancestor, const std::string& level) {
  return Get(CodeKind::kScope, absl::StrCat(ancestor, std::string(1, kScopeSeparator), level));
}

std::vector<std::pair<uint32_t, std::string>> CodeIds::ScopesOf(const std::string& ancestor) const {
  std::vector<std::pair<uint32_t, std::string>> scopes;
  const std::string begin = ancestor + kScopeSeparator;
  const std::vector<std::string>& texts = Of(CodeKind::kScope).texts;
  for (uint32_t id = 1; id < texts.size(); ++id) {
    if (texts[id].compare(0, begin.size(), begin) == 0)
      scopes.emplace_back(id, texts[id].substr(begin.size()));
  }
  return scopes;
}

void CodeIds::Undo() {
  for (; !added_.empty(); added_.pop_back()) {
    Kind& of = Of(added_.back());
    of.ids.erase(of.texts.back());
    of.texts.pop_back();
  }
}

}  // namespace motcua
