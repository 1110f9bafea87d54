// A catalog as people write it and as it travels.
//
//   input := travels:byte bytes        even: text of one file · odd: canonical bytes
//
// A faulty catalog is refused with its faults, one a line; a good one has bytes that give the same catalog again.
#include <google/protobuf/stubs/logging.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/rpc/catalog_text.h"
#include "common/sync/code_book.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

constexpr char kUnits[] = R"(
id: "small"
unit_kind { id: "province" level: "province" name { vi: "Tỉnh" } }
unit_kind { id: "commune" level: "commune" name { vi: "Phường" } records: true }
unit { code: "01" name: "Hà Nội" kind: "province" }
unit { code: "00001" name: "Phúc Xá" kind: "commune" parent: "01" valid_from: "2004-07-08" }
field { id: "civil" name { vi: "Hộ tịch" } }
procedure { code: "1.001193" name { vi: "Khai sinh" } field: "civil" levels: "commune" }
channel { code: "counter" name { vi: "Trực tiếp" en: "Counter" } }
measure { code: "received" kind: FLOW name { vi: "Tiếp nhận" } }
measure { code: "resolved_on_time" kind: FLOW name { vi: "Giải quyết" } }
measure { code: "mood" kind: CHOICE choices: "good" choices: "bad" name { vi: "Ý kiến" } }
)";
constexpr char kForms[] = R"(
calendar {
  id: "year" name { vi: "Năm" }
  period { id: "2020" name { vi: "Năm 2020" } from: "2019-12-15" to: "2020-12-14" due: "2020-12-20" }
}
rate {
  id: "on_time" version: 1 name { vi: "Tỷ lệ" }
  numerator { term { measure: "resolved_on_time" } }
  denominator { term { measure: "received" } }
}
form {
  id: "table" version: 3 title { vi: "Biểu" } calendar: "year" zero_over_zero: DASH
  column { id: "value" label { vi: "Số" } }
  column { id: "counter" label { vi: "Trực tiếp" } filter { channels: "counter" } }
  row {
    id: "a/b" label { vi: "Hàng" } per_field: true
    quantity { term { measure: "received" coefficient: -2 } term { measure: "carried_over" } }
  }
  row { id: "rate" label { vi: "Tỷ lệ" } rate: "on_time" rate_decimals: 1 }
}
rule {
  rule: "negative" version: 1 severity: ERROR scope: UNIT_CHANNEL compare: AT_LEAST
  left { term { measure: "pending" } }
  message { vi: "Số âm." en: "Negative." }
}
rule {
  rule: "parts" version: 1 severity: WARNING scope: FORM compare: EQUAL
  form: "table" row: "a/b" column: "value" part_columns: "counter"
  message { vi: "Phải bằng." }
}
)";

void CheckFaults(const absl::Status& status, bool travels) {
  MOTCUA_INVARIANT(absl::IsInvalidArgument(status), "a person mends the files");
  MOTCUA_INVARIANT(!status.message().empty(), "faults are listed");
  if (travels) return;
  for (const absl::string_view fault : absl::StrSplit(status.message(), '\n'))
    MOTCUA_INVARIANT(!fault.empty(), "every line is a fault");
}

void CheckGood(const Catalog& catalog) {
  const auto again = ParseCatalogBytes(catalog.canonical());
  MOTCUA_INVARIANT(again.ok(), "the bytes of a good catalog are a good catalog");
  MOTCUA_INVARIANT((*again)->version() == catalog.version(), "equal bytes are the same version");
  MOTCUA_INVARIANT((*again)->codes() == catalog.codes(), "both sides number the codes alike");
  const CodeBook book(catalog.version(), catalog.codes());
  for (const std::string& code : catalog.codes())
    MOTCUA_INVARIANT(book.NumberOf(code) < book.size(), "every code has a number");
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  for (const std::string& text : {std::string(kUnits), absl::StrCat(kUnits, kForms)}) {
    seeds.push_back(std::string(1, '\0') + text);
    const auto catalog = LoadCatalog({{"catalog.txtpb", text}});
    MOTCUA_INVARIANT(catalog.ok(), std::string(catalog.status().message()).c_str());
    seeds.push_back(std::string(1, '\1') + (*catalog)->canonical());
  }
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
  if (size == 0 || !silent) return 0;
  const bool travels = (data[0] & 1) != 0;
  const absl::string_view bytes = AsInput(data + 1, size - 1);
  const auto catalog =
      travels ? ParseCatalogBytes(bytes) : LoadCatalog({{"catalog.txtpb", std::string(bytes)}});
  if (catalog.ok()) {
    CheckGood(**catalog);
  } else {
    CheckFaults(catalog.status(), travels);
  }
  return 0;
}
