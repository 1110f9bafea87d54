#include "common/rpc/catalog_text.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/rpc/catalog_messages.h"
#include "common/rpc/catalog_reader.h"
#include "common/sync/limits.h"

namespace motcua {
namespace {

using google::protobuf::TextFormat;

class SyntaxFaults final : public google::protobuf::io::ErrorCollector {
 public:
  SyntaxFaults(const std::string& file, std::vector<std::string>* faults) : file_(file), faults_(*faults) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    faults_.push_back(FaultAt({file_, line + 1},
                              absl::StrCat("Cột ", column + 1, " viết chưa đúng: ", message),
                              absl::StrCat("Column ", column + 1, " cannot be read: ", message)));
  }

 private:
  const std::string& file_;
  std::vector<std::string>& faults_;
};

// Text format takes any bytes inside quotes; labels that are not UTF-8 would only fail when they travel.
bool CheckUtf8(const CatalogFile& file, std::vector<std::string>* faults) {
  if (IsValidUtf8(file.text)) return true;
  int line = 0;
  for (const absl::string_view text : absl::StrSplit(file.text, '\n')) {
    ++line;
    if (IsValidUtf8(text)) continue;
    faults->push_back(FaultAt({file.name, line}, "Dòng này không phải UTF-8; hãy lưu tệp dạng UTF-8.",
                              "This line is not UTF-8; save the file as UTF-8."));
  }
  return false;
}

// Parses one file into `data` and joins its message to `merged`. Returns false when it cannot be read at all.
bool ReadFile(const CatalogFile& file, v1::Catalog* merged, CatalogData* data,
              std::vector<std::string>* faults) {
  if (!CheckUtf8(file, faults)) return false;
  SyntaxFaults syntax(file.name, faults);
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&syntax);
  parser.WriteLocationsTo(&tree);
  v1::Catalog message;
  if (!parser.ParseFromString(file.text, &message)) return false;
  message.clear_include();  // followed by who read the files
  if (file.included) message.clear_id();
  AppendCatalog(message, {file.name, &tree}, data, faults);
  merged->MergeFrom(message);
  return true;
}

std::string Canonical(const v1::Catalog& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// The catalog, or every fault: those of reading first, then those of meaning.
absl::StatusOr<std::shared_ptr<const Catalog>> Finish(CatalogData data, std::string canonical,
                                                      std::vector<std::string> faults) {
  absl::StatusOr<std::shared_ptr<const Catalog>> catalog =
      Catalog::Build(std::move(data), std::move(canonical));
  if (faults.empty()) return catalog;
  if (!catalog.ok()) faults.push_back(std::string(catalog.status().message()));
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Catalog>> LoadCatalog(const std::vector<CatalogFile>& files) {
  std::vector<const CatalogFile*> ordered;
  for (const CatalogFile& file : files) ordered.push_back(&file);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const CatalogFile* a, const CatalogFile* b) { return a->name < b->name; });
  v1::Catalog merged;
  CatalogData data;
  std::vector<std::string> faults;
  bool readable = true;
  for (const CatalogFile* file : ordered) readable &= ReadFile(*file, &merged, &data, &faults);
  // What a file that cannot be read defines would be missed everywhere else: hundreds of false faults.
  if (!readable) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  std::string canonical = Canonical(merged);
  if (canonical.size() > kCatalogBytesMax) return CatalogTooLarge();
  return Finish(std::move(data), std::move(canonical), std::move(faults));
}

absl::StatusOr<std::shared_ptr<const Catalog>> ParseCatalogBytes(absl::string_view canonical) {
  if (canonical.size() > kCatalogBytesMax) return CatalogTooLarge();
  v1::Catalog message;
  if (!message.ParseFromArray(canonical.data(), static_cast<int>(canonical.size()))) {
    return absl::InvalidArgumentError(
        Say("Danh mục nhận được bị hỏng; hãy đồng bộ lại.", "The catalog received is damaged; sync again."));
  }
  CatalogData data;
  std::vector<std::string> faults;
  AppendCatalog(message, {}, &data, &faults);
  return Finish(std::move(data), std::string(canonical), std::move(faults));
}

}  // namespace motcua
