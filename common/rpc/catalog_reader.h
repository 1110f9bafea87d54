// CatalogReader: one message of a catalog and the place it was written at. The converters in
// catalog_messages.cc walk with it, so that every struct and every fault knows its line.
//
// Threads: one. Lifetime: the parse tree and the list of faults must outlive it.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/text_format.h>

#include <optional>
#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "motcua/v1/catalog.pb.h"

namespace motcua {

class CatalogReader {
 public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;

  // The outermost message of a file; `tree` is null for binary, then nothing has a place.
  CatalogReader(const std::string& file, const google::protobuf::Descriptor* type, const Tree* tree,
                std::vector<std::string>* faults)
      : type_(type), tree_(tree), source_{file, tree == nullptr ? 0 : 1}, faults_(faults) {}

  const Source& source() const { return source_; }
  // The field's own place; where it is not written, the message's.
  CatalogReader Nested(int field_number, int index = -1) const;

  // A day that may be left out. What is not a day is a fault and counts as left out.
  std::optional<Day> ReadDay(const std::string& text, int field_number) const;
  // A day that must be there.
  std::optional<Day> NeedDay(const std::string& text, int field_number) const;
  // The message's enums count from 1 in the order of the struct's, which count from 0; `last` is the struct's
  // last.
  template <typename Written, typename Meant>
  Meant ReadEnum(Written written, Written unspecified, Meant last, const char* field) const {
    if (written > unspecified && written <= static_cast<int>(last) + 1)
      return static_cast<Meant>(written - 1);
    AddUnreadable(field);
    return Meant{};
  }
  template <typename Message, typename Convert>
  auto ReadEach(const google::protobuf::RepeatedPtrField<Message>& messages, int field_number,
                Convert convert) const {
    std::vector<decltype(convert(*this, messages[0]))> items;
    items.reserve(static_cast<std::size_t>(messages.size()));
    for (int i = 0; i < messages.size(); ++i) items.push_back(convert(Nested(field_number, i), messages[i]));
    return items;
  }

  // Notes a fault at this place.
  void Add(const std::string& vi, const std::string& en) const;
  // `field` has no value, or one this version does not know.
  void AddUnreadable(const char* field) const;

 private:
  const google::protobuf::Descriptor* type_;
  const Tree* tree_;
  Source source_;
  std::vector<std::string>* faults_;
};

Label ReadLabel(const v1::Catalog::Label& message);
Filter ReadFilter(const v1::Catalog::Filter& message);
std::vector<std::string> ReadTexts(const google::protobuf::RepeatedPtrField<std::string>& texts);

// "file:line: sentence", or the sentence alone where there is no file.
std::string FaultAt(const Source& source, const std::string& vi, const std::string& en);
// kResourceExhausted: more than kCatalogBytesMax.
absl::Status CatalogTooLarge();

}  // namespace motcua
