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
  // The message is one of the two. One payload, because absl prints several in an order that chance decides.
  const bool vietnamese = CurrentLanguage() == Language::kVietnamese;
  status.SetPayload(vietnamese ? kEnglish : kVietnamese, absl::Cord(vietnamese ? told.english : told.vietnamese));
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
