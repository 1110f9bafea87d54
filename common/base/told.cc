#include "common/base/told.h"

#include "absl/strings/cord.h"

namespace motcua {
namespace {

constexpr char kVietnamese[] = "motcua/vietnamese";
constexpr char kEnglish[] = "motcua/english";

}  // namespace

Told InBothLanguages(const std::function<std::string()>& say) {
  const auto in = [&](Language language) {
    const ScopedLanguage scope(language);
    return say();
  };
  return {in(Language::kVietnamese), in(Language::kEnglish)};
}

absl::Status KeepBothLanguages(const std::function<absl::Status()>& make) {
  absl::Status status = make();
  if (status.ok()) return status;
  const Told told = InBothLanguages([&] { return std::string(make().message()); });
  status.SetPayload(kVietnamese, absl::Cord(told.vietnamese));
  status.SetPayload(kEnglish, absl::Cord(told.english));
  return status;
}

Told SentenceOf(const absl::Status& status) {
  const std::string message(status.message());
  const auto kept = [&](const char* language) {
    const absl::optional<absl::Cord> text = status.GetPayload(language);
    return text ? std::string(*text) : message;
  };
  return {kept(kVietnamese), kept(kEnglish)};
}

}  // namespace motcua
