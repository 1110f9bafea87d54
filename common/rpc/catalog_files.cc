// Reading the files of a catalog from disk: those of the path given, then what they include.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/rpc/catalog_reader.h"
#include "common/rpc/catalog_text.h"
#include "common/sync/limits.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using google::protobuf::TextFormat;

constexpr char kExtension[] = ".txtpb";

// What a file cannot be read for is told by LoadCatalog, with every other fault of its kind.
class NoFaults final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

struct Include {
  std::string path;  // as written
  Source source;
};

std::vector<Include> IncludesOf(const CatalogFile& file) {
  NoFaults unheard;
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&unheard);
  parser.WriteLocationsTo(&tree);
  v1::Catalog message;
  if (!parser.ParseFromString(file.text, &message)) return {};
  std::vector<std::string> faults;
  const CatalogReader at(file.name, v1::Catalog::descriptor(), &tree, &faults);
  std::vector<Include> includes;
  for (int i = 0; i < message.include_size(); ++i) {
    includes.push_back({message.include(i), at.Nested(v1::Catalog::kIncludeFieldNumber, i).source()});
  }
  return includes;
}

absl::StatusOr<std::vector<fs::path>> ListFiles(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<fs::path>{path};
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == kExtension) paths.push_back(at->path());
  }
  std::sort(paths.begin(), paths.end());
  if (!error && !paths.empty()) return paths;
  return absl::NotFoundError(Say(
      absl::StrCat("Thư mục ", path.string(), " không có tệp *.txtpb nào; hãy chỉ đúng thư mục danh mục."),
      absl::StrCat("The folder ", path.string(), " has no *.txtpb files; name the catalog's folder.")));
}

class FilesReader {
 public:
  absl::StatusOr<std::vector<CatalogFile>> Read(const fs::path& given) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(fs::absolute(given, error), error);
    const fs::path folder = fs::is_directory(whole, error) ? whole : whole.parent_path();
    ground_ = folder.parent_path();
    MOTCUA_RETURN_IF_ERROR(ReadPath(given, whole, false));
    return std::move(files_);
  }

 private:
  // `path` is what a person is told, `whole` what is read once.
  absl::Status ReadPath(const fs::path& path, const fs::path& whole, bool included) {
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<fs::path> paths, ListFiles(path));
    std::error_code error;
    const bool folder = fs::is_directory(whole, error);
    for (const fs::path& one : paths) {
      const fs::path file = folder ? whole / one.filename() : whole;
      if (read_.insert(file.string()).second) MOTCUA_RETURN_IF_ERROR(ReadFile(one, file, included));
    }
    return absl::OkStatus();
  }

  absl::Status ReadFile(const fs::path& path, const fs::path& whole, bool included) {
    CatalogFile file;
    file.name = path.filename().string();
    if (included) file.name = absl::StrCat(whole.parent_path().filename().string(), "/", file.name);
    file.included = included;
    MOTCUA_ASSIGN_OR_RETURN(file.text, ReadText(path));
    bytes_left_ -= file.text.size();
    files_.push_back(file);
    for (const Include& include : IncludesOf(file)) MOTCUA_RETURN_IF_ERROR(Follow(include, whole.parent_path()));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadText(const fs::path& path) const {
    std::ifstream in(path, std::ios::binary);
    std::string text(bytes_left_ + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in && !in.eof()) {
      return absl::NotFoundError(
          Say(absl::StrCat("Không đọc được tệp ", path.string(), "; hãy xem lại đường dẫn và quyền đọc."),
              absl::StrCat("Cannot read ", path.string(), "; check the path and who may read it.")));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_left_) return CatalogTooLarge();
    return text;
  }

  // A catalog comes from elsewhere: what it includes must not lead through the whole disk.
  absl::Status Follow(const Include& include, const fs::path& folder) {
    std::error_code error;
    const fs::path written(include.path);
    const fs::path whole = fs::weakly_canonical(folder / written, error);
    const auto [end, rest] = std::mismatch(ground_.begin(), ground_.end(), whole.begin(), whole.end());
    const bool below = end == ground_.end() && rest != whole.end();
    if (error || include.path.empty() || written.is_absolute() || !below) {
      return absl::InvalidArgumentError(FaultAt(
          include.source,
          absl::StrCat("Không được dùng \"", include.path, "\" từ đây: chỉ dùng tệp hoặc thư mục bên cạnh thư mục này, ví dụ ../common."),
          absl::StrCat("\"", include.path, "\" cannot be included from here: name a file or folder beside this folder, like ../common.")));
    }
    if (const absl::Status read = ReadPath(whole, whole, true); !absl::IsNotFound(read)) return read;
    return absl::InvalidArgumentError(FaultAt(
        include.source, absl::StrCat("Không đọc được \"", include.path, "\"; hãy xem lại đường dẫn của include."),
        absl::StrCat("\"", include.path, "\" cannot be read; check the path of the include.")));
  }

  fs::path ground_;  // includes stay below it
  std::set<std::string> read_;
  std::vector<CatalogFile> files_;
  std::size_t bytes_left_ = kCatalogBytesMax;
};

}  // namespace

absl::StatusOr<std::vector<CatalogFile>> ReadCatalogFiles(const std::string& path) { return FilesReader().Read(path); }

}  // namespace motcua
