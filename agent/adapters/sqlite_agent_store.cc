#include "agent/adapters/sqlite_agent_store.h"

#include <filesystem>

#include "agent/adapters/agent_state_codec.h"
#include "agent/adapters/sqlite_agent_schema.h"
#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/base/log.h"
#include "common/ledger/canonical.h"

namespace motcua {
namespace {

constexpr absl::string_view kCatalogKey = "catalog";
constexpr absl::string_view kCatalogPartialKey = "catalog_partial";
constexpr char kDigestKey[] = "digest";
// The small rows: everything but the catalogs.
constexpr absl::string_view kSmallRows = "key NOT LIKE 'catalog%' OR key = 'catalog_wanted'";

int64_t KeyOf(Position at) { return (static_cast<int64_t>(at.line) << 32) | at.seq; }
Position PositionOf(int64_t key) {
  return {static_cast<LineId>(key >> 32), static_cast<Seq>(key & 0xFFFFFFFF)};
}

std::string DigestOf(const std::map<std::string, std::string>& rows) {
  std::string bytes;
  ByteWriter out(&bytes);
  for (const auto& [key, value] : rows) {
    if (key == kDigestKey) continue;
    out.Text(key);
    out.Text(value);
  }
  return std::string(AsBytes(Sha256(bytes)));
}

absl::Status ChainBroken(absl::string_view path, absl::string_view where) {
  return absl::DataLossError(
      Say(absl::StrCat("Chuỗi lượt ghi trong ", path, " không khớp (", where, ")."),
          absl::StrCat("The chain of entries in ", path, " does not verify (", where, ").")));
}

// Renames `path` and what belongs to it to the first free NAME.corrupt-N.
absl::StatusOr<std::string> SetAside(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::string target;
  for (int n = 1; target.empty(); ++n) {
    const std::string candidate = absl::StrCat(path, ".corrupt-", n);
    if (!fs::exists(candidate, error) && !fs::exists(candidate + "-wal", error)) target = candidate;
  }
  // The log goes first: a database whose log has another name must never be opened as if it were whole.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    if (!fs::exists(path + suffix, error)) continue;
    fs::rename(path + suffix, target + suffix, error);
    if (error) {
      return absl::FailedPreconditionError(Say(
          absl::StrCat("Tệp ", path, " bị hỏng nhưng không đổi tên được; hãy tự chuyển nó sang chỗ khác."),
          absl::StrCat("The file ", path, " is damaged and cannot be renamed; move it away yourself.")));
    }
  }
  return target;
}

// Recomputes every line's chain while entries pass in (line, seq) order; a parent's line passes before its
// children's.
class ChainCheck {
 public:
  ChainCheck(std::string path, std::vector<StoredLine> lines)
      : path_(std::move(path)), lines_(std::move(lines)) {
    for (const StoredLine& line : lines_) {
      if (line.parent != kNoLine) forks_[{line.parent, line.fork_seq}] = Hash{};
    }
  }

  absl::Status Visit(Position at, absl::string_view canonical) {
    if (at.line != current_ || !started_) MOTCUA_RETURN_IF_ERROR(Begin(at.line));
    if (at.seq != seq_ + 1) return ChainBroken(path_, absl::StrCat("line ", at.line, ", ", at.seq));
    hash_ = chain_.NextCanonical(hash_, canonical);
    seq_ = at.seq;
    if (auto fork = forks_.find({at.line, at.seq}); fork != forks_.end()) fork->second = hash_;
    return absl::OkStatus();
  }

  absl::Status Finish() {
    MOTCUA_RETURN_IF_ERROR(End());
    if (lines_ended_ != lines_.size()) return ChainBroken(path_, "line missing");
    return absl::OkStatus();
  }

 private:
  absl::Status Begin(LineId id) {
    MOTCUA_RETURN_IF_ERROR(End());
    if (id >= lines_.size() || lines_[id].id != id) return ChainBroken(path_, absl::StrCat("line ", id));
    const StoredLine& line = lines_[id];
    if (line.parent != kNoLine && line.parent >= id) return ChainBroken(path_, absl::StrCat("line ", id));
    hash_ = line.parent == kNoLine ? ChainRoot(line.device) : forks_[{line.parent, line.fork_seq}];
    seq_ = line.fork_seq;
    current_ = id;
    started_ = true;
    return absl::OkStatus();
  }

  absl::Status End() {
    if (!started_) return absl::OkStatus();
    const StoredLine& line = lines_[current_];
    if (seq_ != line.end_seq || hash_ != line.end_hash)
      return ChainBroken(path_, absl::StrCat("line ", line.id));
    ++lines_ended_;
    return absl::OkStatus();
  }

  std::string path_;
  std::vector<StoredLine> lines_;
  std::map<std::pair<LineId, Seq>, Hash> forks_;
  Chain chain_;
  Hash hash_{};
  Seq seq_ = 0;
  LineId current_ = 0;
  bool started_ = false;
  std::size_t lines_ended_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteAgentStore>> SqliteAgentStore::Open(
    const std::string& path, const SqliteAgentStoreOptions& options) {
  absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store = OpenWhole(path, options);
  if (store.ok() || store.status().code() != absl::StatusCode::kDataLoss) return store;
  const std::string why(store.status().message());
  MOTCUA_ASSIGN_OR_RETURN(std::string aside, SetAside(path));
  Log(LogLevel::kWarning,
      absl::StrCat(why, " ",
                   Say(absl::StrCat("Tệp hỏng được giữ lại ở ", aside, "; hãy đồng bộ để lấy lại số liệu."),
                       absl::StrCat("The damaged file is kept as ", aside, "; sync to take the log back."))));
  store = OpenWhole(path, options);
  if (store.ok()) (*store)->set_aside_ = aside;
  return store;
}

absl::StatusOr<std::unique_ptr<SqliteAgentStore>> SqliteAgentStore::OpenWhole(
    const std::string& path, const SqliteAgentStoreOptions& options) {
  std::unique_ptr<SqliteAgentStore> store(new SqliteAgentStore);
  DatabaseOptions database_options;
  database_options.vfs = options.vfs;
  database_options.cache_kib =
      512;  // a desk's machine may have little memory, and a log is read once, in order
  MOTCUA_ASSIGN_OR_RETURN(store->database_, Database::Open(path, database_options));
  // The data folder's lock keeps other desks out; this keeps out everything else that opens the file.
  MOTCUA_RETURN_IF_ERROR(store->database_->QueryText("PRAGMA locking_mode=EXCLUSIVE").status());
  MOTCUA_RETURN_IF_ERROR(Migrate(*store->database_, kAgentMigrations));
  MOTCUA_RETURN_IF_ERROR(store->database_->CheckIntegrity());
  MOTCUA_RETURN_IF_ERROR(store->Prepare());
  MOTCUA_RETURN_IF_ERROR(store->CheckChains());
  MOTCUA_ASSIGN_OR_RETURN(store->meta_, store->LoadMeta());
  MOTCUA_RETURN_IF_ERROR(store->ForgetDamagedMeta());
  return store;
}

absl::Status SqliteAgentStore::Prepare() {
  MOTCUA_ASSIGN_OR_RETURN(put_line_,
                          database_->Prepare("INSERT INTO line(id, device, parent, fork_seq, end_seq, "
                                             "end_hash) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO "
                                             "UPDATE SET end_seq = excluded.end_seq, "
                                             "end_hash = excluded.end_hash"));
  MOTCUA_ASSIGN_OR_RETURN(put_entry_, database_->Prepare("INSERT INTO entry(key, bytes) VALUES (?, ?)"));
  MOTCUA_ASSIGN_OR_RETURN(put_meta_,
                          database_->Prepare("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)"));
  MOTCUA_ASSIGN_OR_RETURN(get_meta_, database_->Prepare("SELECT value FROM meta WHERE key = ?"));
  return absl::OkStatus();
}

absl::Status SqliteAgentStore::CheckChains() {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<StoredLine> lines, LoadLines());
  ChainCheck check(database_->path(), std::move(lines));
  MOTCUA_RETURN_IF_ERROR(
      ForEachEntry([&](Position at, absl::string_view canonical) { return check.Visit(at, canonical); }));
  return check.Finish();
}

absl::StatusOr<std::map<std::string, std::string>> SqliteAgentStore::LoadMeta() {
  MOTCUA_ASSIGN_OR_RETURN(Statement select,
                          database_->Prepare(absl::StrCat("SELECT key, value FROM meta WHERE ", kSmallRows)));
  Query query(select);
  std::map<std::string, std::string> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
    if (!row) return rows;
    rows.emplace(query.Text(0), query.Bytes(1));
  }
}

// The log may hold entries that no other machine has yet, so it does not go with notes beside it.
absl::Status SqliteAgentStore::ForgetDamagedMeta() {
  const auto digest = meta_.find(kDigestKey);
  const bool whole = digest == meta_.end() || digest->second == DigestOf(meta_);
  if (whole && DecodeAgentState(meta_).ok()) return absl::OkStatus();
  Log(LogLevel::kWarning,
      Say(absl::StrCat("Ghi chú về lần đồng bộ trước trong ", database_->path(),
                       " bị hỏng nên được bỏ; các lượt ghi vẫn còn nguyên, hãy đồng bộ."),
          absl::StrCat("The notes about the last sync in ", database_->path(),
                       " are damaged and are forgotten; all entries are whole, sync again.")));
  meta_.clear();
  return database_->Execute(absl::StrCat("DELETE FROM meta WHERE ", kSmallRows));
}

absl::StatusOr<std::string> SqliteAgentStore::LoadBlob(absl::string_view key) {
  Query query(get_meta_, key);
  MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
  return row ? std::string(query.Bytes(0)) : std::string();
}

absl::StatusOr<AgentState> SqliteAgentStore::LoadState() { return DecodeAgentState(meta_); }
absl::StatusOr<std::string> SqliteAgentStore::LoadCatalog() { return LoadBlob(kCatalogKey); }
absl::StatusOr<std::string> SqliteAgentStore::LoadCatalogPartial() { return LoadBlob(kCatalogPartialKey); }

absl::StatusOr<std::vector<StoredLine>> SqliteAgentStore::LoadLines() {
  MOTCUA_ASSIGN_OR_RETURN(
      Statement select, database_->Prepare("SELECT id, device, parent, fork_seq, end_seq, end_hash FROM line "
                                           "ORDER BY id"));
  Query query(select);
  std::vector<StoredLine> lines;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
    if (!row) return lines;
    StoredLine line;
    line.id = static_cast<LineId>(query.Int(0));
    line.device = DeviceId{static_cast<uint32_t>(query.Int(1))};
    line.parent = query.Int(2) < 0 ? kNoLine : static_cast<LineId>(query.Int(2));
    line.fork_seq = static_cast<Seq>(query.Int(3));
    line.end_seq = static_cast<Seq>(query.Int(4));
    const absl::string_view hash = query.Bytes(5);
    if (hash.size() != line.end_hash.size())
      return ChainBroken(database_->path(), absl::StrCat("line ", line.id));
    std::copy(hash.begin(), hash.end(), line.end_hash.begin());
    lines.push_back(line);
  }
}

absl::Status SqliteAgentStore::ForEachEntry(
    const std::function<absl::Status(Position, absl::string_view)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement select, database_->Prepare("SELECT key, bytes FROM entry ORDER BY key"));
  Query query(select);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
    if (!row) return absl::OkStatus();
    MOTCUA_RETURN_IF_ERROR(visit(PositionOf(query.Int(0)), query.Bytes(1)));
  }
}

absl::Status SqliteAgentStore::PutMeta(const std::map<std::string, std::string>& changed) {
  for (const auto& [key, value] : changed) MOTCUA_RETURN_IF_ERROR(put_meta_.Run(key, Blob(value)));
  return absl::OkStatus();
}

absl::Status SqliteAgentStore::Apply(const StoreWrite& write) {
  MOTCUA_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  for (const StoredLine& line : write.lines) {
    const int64_t parent = line.parent == kNoLine ? -1 : static_cast<int64_t>(line.parent);
    MOTCUA_RETURN_IF_ERROR(put_line_.Run(line.id, line.device.value, parent, line.fork_seq, line.end_seq,
                                         Blob(AsBytes(line.end_hash))));
  }
  for (const StoredEntry& entry : write.entries) {
    MOTCUA_RETURN_IF_ERROR(put_entry_.Run(KeyOf(entry.at), Blob(entry.canonical)));
  }
  std::map<std::string, std::string> changed;
  if (write.state) {
    for (auto& [key, value] : EncodeAgentState(*write.state)) {
      auto stored = meta_.find(key);
      if (stored == meta_.end() || stored->second != value) changed[key] = value;
    }
  }
  if (!changed.empty()) {
    std::map<std::string, std::string> after = changed;
    after.insert(meta_.begin(), meta_.end());  // what changed is there already and stays
    changed[kDigestKey] = DigestOf(after);
  }
  MOTCUA_RETURN_IF_ERROR(PutMeta(changed));
  if (write.catalog) MOTCUA_RETURN_IF_ERROR(put_meta_.Run(kCatalogKey, Blob(*write.catalog)));
  if (write.catalog_partial)
    MOTCUA_RETURN_IF_ERROR(put_meta_.Run(kCatalogPartialKey, Blob(*write.catalog_partial)));
  MOTCUA_RETURN_IF_ERROR(transaction.Commit());
  for (auto& [key, value] : changed) meta_[key] = value;
  return absl::OkStatus();
}

}  // namespace motcua
