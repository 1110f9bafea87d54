#include "agent/adapters/agent_state_codec.h"

#include "absl/strings/numbers.h"
#include "common/base/language.h"

namespace motcua {
namespace {

absl::Status Unreadable(absl::string_view key) {
  return absl::DataLossError(Say(absl::StrCat("Mục \"", key, "\" trong tệp dữ liệu không đọc được."),
                                 absl::StrCat("The item \"", key, "\" in the data file cannot be read.")));
}

// Reads the rows it is asked for and remembers the first that is wrong.
class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& rows) : rows_(rows) {}

  void Text(const char* key, std::string* out) const {
    if (auto it = rows_.find(key); it != rows_.end()) *out = it->second;
  }
  void Texts(const char* key, std::vector<std::string>* out) {
    auto it = rows_.find(key);
    if (it == rows_.end()) return;
    absl::string_view rest = it->second;
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      std::size_t size = 0;
      if (colon == absl::string_view::npos || !absl::SimpleAtoi(rest.substr(0, colon), &size) ||
          size > rest.size() - colon - 1) {
        return status_.Update(Unreadable(key));
      }
      out->emplace_back(rest.substr(colon + 1, size));
      rest.remove_prefix(colon + 1 + size);
    }
  }
  template <typename Number>
  void Int(const char* key, Number* out) {
    auto it = rows_.find(key);
    if (it != rows_.end() && !absl::SimpleAtoi(it->second, out)) status_.Update(Unreadable(key));
  }
  void Name(const char* key, EntryName* out) {
    auto it = rows_.find(key);
    if (it == rows_.end()) return;
    absl::StatusOr<EntryName> name = ParseEntryName(it->second);
    if (!name.ok()) return status_.Update(Unreadable(key));
    *out = *name;
  }
  void Names(const char* key, std::vector<EntryName>* out) {
    std::vector<std::string> texts;
    Texts(key, &texts);
    for (const std::string& text : texts) {
      absl::StatusOr<EntryName> name = ParseEntryName(text);
      if (!name.ok()) return status_.Update(Unreadable(key));
      out->push_back(*name);
    }
  }
  void Digest(const char* key, Hash* out) {
    auto it = rows_.find(key);
    if (it == rows_.end()) return;
    if (it->second.size() != out->size()) return status_.Update(Unreadable(key));
    std::copy(it->second.begin(), it->second.end(), out->begin());
  }
  const absl::Status& status() const { return status_; }

 private:
  const std::map<std::string, std::string>& rows_;
  absl::Status status_;
};

// Each text as "SIZE:bytes".
std::string EncodeTexts(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) absl::StrAppend(&bytes, text.size(), ":", text);
  return bytes;
}

std::string EncodeNames(const std::vector<EntryName>& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const EntryName& name : names) texts.push_back(FormatEntryName(name));
  return EncodeTexts(texts);
}

}  // namespace

std::map<std::string, std::string> EncodeAgentState(const AgentState& state) {
  return {
      {"device", absl::StrCat(state.device.value)},
      {"unit", state.unit},
      {"own_end", FormatEntryName(state.own_end)},
      {"proof", state.proof},
      {"later_proofs", EncodeTexts(state.later_proofs)},
      {"receipt", state.receipt},
      {"hub_behind", state.hub_behind ? "1" : "0"},
      {"returned", EncodeNames(state.returned)},
      {"hub_common", FormatEntryName(state.hub_common)},
      {"catalog_wanted", std::string(AsBytes(state.catalog_wanted))},
      {"clock_offset_ms", absl::StrCat(state.clock_offset_ms)},
      {"batch_bytes", absl::StrCat(state.batch_bytes)},
      {"last_sync_at", absl::StrCat(state.last_sync.at_s)},
      {"last_sync_synced", state.last_sync.synced ? "1" : "0"},
      {"last_sync_verdict", state.last_sync.verdict},
      {"last_sync_sentence", state.last_sync.sentence.vietnamese},
      {"last_sync_sentence_en", state.last_sync.sentence.english},
  };
}

absl::StatusOr<AgentState> DecodeAgentState(const std::map<std::string, std::string>& rows) {
  AgentState state;
  Reader reader(rows);
  reader.Int("device", &state.device.value);
  reader.Text("unit", &state.unit);
  reader.Name("own_end", &state.own_end);
  reader.Text("proof", &state.proof);
  reader.Texts("later_proofs", &state.later_proofs);
  reader.Text("receipt", &state.receipt);
  int behind = 0;
  reader.Int("hub_behind", &behind);
  state.hub_behind = behind != 0;
  reader.Names("returned", &state.returned);
  reader.Name("hub_common", &state.hub_common);
  reader.Digest("catalog_wanted", &state.catalog_wanted);
  reader.Int("clock_offset_ms", &state.clock_offset_ms);
  reader.Int("batch_bytes", &state.batch_bytes);
  reader.Int("last_sync_at", &state.last_sync.at_s);
  int synced = 0;
  reader.Int("last_sync_synced", &synced);
  state.last_sync.synced = synced != 0;
  reader.Text("last_sync_verdict", &state.last_sync.verdict);
  Told& sentence = state.last_sync.sentence;
  reader.Text("last_sync_sentence", &sentence.vietnamese);
  sentence.english = sentence.vietnamese;  // older programs kept the one language of the moment
  reader.Text("last_sync_sentence_en", &sentence.english);
  MOTCUA_RETURN_IF_ERROR(reader.status());
  return state;
}

}  // namespace motcua
