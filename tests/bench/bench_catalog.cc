#include "tests/bench/bench_catalog.h"

#include "common/rpc/catalog_text.h"

namespace motcua::bench {
namespace {

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", text, "\""); }
std::string Labelled(absl::string_view text) { return absl::StrCat("name { vi: ", Quoted(text), " }"); }

std::string Units(const SyntheticCodes& codes) {
  std::string text =
      "unit_kind { id: \"province\" level: \"province\" name { vi: \"Tỉnh\" } }\n"
      "unit_kind { id: \"commune\" level: \"commune\" name { vi: \"Xã\" } records: true }\n";
  for (std::size_t i = 0; i < kProvinces; ++i) {
    const std::string code = ProvinceOf(i);
    absl::StrAppend(&text, "unit { code: ", Quoted(code), " name: ", Quoted(code), " kind: \"province\" }\n");
  }
  for (std::size_t i = 0; i < codes.units.size(); ++i) {
    absl::StrAppend(&text, "unit { code: ", Quoted(codes.units[i]), " name: ", Quoted(codes.units[i]),
                    " kind: \"commune\" parent: ", Quoted(ProvinceOf(i)), " }\n");
  }
  return text;
}

std::string Counted(const SyntheticCodes& codes) {
  std::string text = absl::StrCat("field { id: \"ho-tich\" ", Labelled("Hộ tịch"), " }\n");
  for (const std::string& code : codes.procedures) {
    absl::StrAppend(&text, "procedure { code: ", Quoted(code), " ", Labelled(code),
                    " field: \"ho-tich\" }\n");
  }
  for (const std::string& code : codes.channels) {
    absl::StrAppend(&text, "channel { code: ", Quoted(code), " ", Labelled(code), " }\n");
  }
  for (const std::string& code : codes.measures) {
    absl::StrAppend(&text, "measure { code: ", Quoted(code), " ", Labelled(code), " kind: FLOW }\n");
  }
  return text;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Catalog>> MakeCatalog(const SyntheticCodes& codes) {
  return LoadCatalog({{"bench.txtpb", "id: \"bench\"\n" + Units(codes) + Counted(codes)}});
}

}  // namespace motcua::bench
