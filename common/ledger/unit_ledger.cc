#include "common/ledger/unit_ledger.h"

#include <algorithm>
#include <set>

#include "common/base/bytes.h"
#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/ledger/entry_parts.h"
#include "common/ledger/record_store.h"

namespace motcua {

struct UnitLedger::Impl {
  explicit Impl(std::string name) : unit(std::move(name)), causality(&tree) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::string unit;
  LogTree tree;
  RecordStore records;
  Chain chain;
  std::map<DeviceId, std::vector<LineId>> lines_of;

  // What saws and excludes say, kept up to date entry by entry. When an entry arrives that an earlier one names,
  // all of it is read anew at the next question: rare, and simpler than mending.
  mutable Causality causality;
  mutable std::set<EntryName> awaited;
  mutable bool stale = false;

  std::optional<Position> FindHeld(const EntryName& name) const;
  EntryName NameOf(Position at) const;
  Position Place(const EntryName& parent, Position behind);
  void Learn(Position at, const EntryBody& body) const;
  void LearnSaw(Position at, const SawBody& saw) const;
  void LearnExclude(Position at, const ExcludeBody& exclude) const;
  const Causality& UpToDate() const;
  bool KnownToRestatement(Position x) const;
  bool Wins(Position restatement) const;
  std::vector<Position> SortedByName(std::vector<Position> positions) const;
  std::vector<Posting> Postings(CellNumber cell) const;
  Posting PostingAt(Position at) const;
};

// A device has as many lines as it has copies, so looking through them is quicker than an index is large.
std::optional<Position> UnitLedger::Impl::FindHeld(const EntryName& name) const {
  const auto lines = lines_of.find(name.device);
  if (lines == lines_of.end()) return std::nullopt;
  for (LineId id : lines->second) {
    const Line& line = tree.line(id);
    if (name.seq <= line.fork_seq || name.seq > line.end_seq) continue;
    if (First8(records.At({id, name.seq}).hash) == name.h8) return Position{id, name.seq};
  }
  return std::nullopt;
}

EntryName UnitLedger::Impl::NameOf(Position at) const {
  const Position owner = tree.Normalize(at.line, at.seq);
  return {tree.line(owner.line).device, owner.seq, First8(records.At(owner).hash)};
}

// Makes room for one entry: at the end of the line, or on a new one when `behind` has a successor already.
Position UnitLedger::Impl::Place(const EntryName& parent, Position behind) {
  LineId line = behind.line;
  const bool at_end = behind.seq > 0 && tree.line(line).end_seq == behind.seq;
  if (!at_end) {
    line = tree.AddLine(parent.device, behind.line, behind.seq);
    lines_of[parent.device].push_back(line);
    records.AddLine(parent.seq);
  }
  tree.Extend(line, 1);
  return {line, parent.seq + 1};
}

void UnitLedger::Impl::LearnSaw(Position at, const SawBody& saw) const {
  std::vector<Position> ends;
  std::size_t unresolved = 0;
  for (const EntryName& name : saw.ends) {
    if (const std::optional<Position> held = FindHeld(name)) {
      ends.push_back(*held);
    } else {
      awaited.insert(name);
      ++unresolved;
    }
  }
  causality.AddSaw(at, std::move(ends), unresolved);
}

void UnitLedger::Impl::LearnExclude(Position at, const ExcludeBody& exclude) const {
  if (tree.line(at.line).device != kHubDevice) return;
  const std::optional<Position> last = FindHeld(exclude.last);
  if (!last) {
    awaited.insert(exclude.last);
    return;
  }
  // All that stands before `last` came before it. A `first` that is not among that covers nothing, ever.
  if (const std::optional<Position> first = FindHeld(exclude.first)) {
    causality.AddExclusion({at, *first, *last, exclude.lifts});
  }
}

void UnitLedger::Impl::Learn(Position at, const EntryBody& body) const {
  if (const auto* saw = std::get_if<SawBody>(&body)) LearnSaw(at, *saw);
  if (const auto* exclude = std::get_if<ExcludeBody>(&body)) LearnExclude(at, *exclude);
}

const Causality& UnitLedger::Impl::UpToDate() const {
  if (!stale) return causality;
  causality = Causality(&tree);
  awaited.clear();
  for (EntryKind kind : {EntryKind::kSaw, EntryKind::kExclude}) {
    for (Position at : records.OfKind(kind)) Learn(at, records.BodyAt(at));
  }
  stale = false;
  return causality;
}

std::vector<Position> UnitLedger::Impl::SortedByName(std::vector<Position> positions) const {
  std::sort(positions.begin(), positions.end(), [&](Position a, Position b) { return NameOf(a) < NameOf(b); });
  return positions;
}

Posting UnitLedger::Impl::PostingAt(Position at) const {
  const Record& record = records.At(at);
  Posting posting{at, NameOf(at), record.role, record.kind == EntryKind::kRestate, 0, {}};
  if (posting.restates) {
    posting.value = records.ValueOf(record);
  } else {
    posting.delta = record.number;
  }
  return posting;
}

// By name, so that what is computed from them in order is the same on every replica.
std::vector<Posting> UnitLedger::Impl::Postings(CellNumber cell) const {
  std::vector<Posting> postings;
  records.ForEachOfCell(cell, [&](Position at) { postings.push_back(PostingAt(at)); });
  std::sort(postings.begin(), postings.end(), [](const Posting& a, const Posting& b) { return a.name < b.name; });
  return postings;
}

bool UnitLedger::Impl::KnownToRestatement(Position x) const {
  const Causality& known = UpToDate();
  bool superseded = false;
  records.ForEachOfCell(records.At(x).subject, [&](Position at) {
    if (superseded || records.At(at).kind != EntryKind::kRestate) return;
    superseded = !known.ExcludedBy(at) && known.Knows(at, x);
  });
  return superseded;
}

// Whether the cell shows what this restatement says. Adds have no part in it, so the cell is folded as a register.
bool UnitLedger::Impl::Wins(Position restatement) const {
  const std::vector<Posting> postings = Postings(records.At(restatement).subject);
  const CellState state = FoldCell(postings, UpToDate(), MeasureNature::kRegister);
  return state.winner && postings[*state.winner].at == restatement;
}

UnitLedger::UnitLedger(std::string unit) : impl_(std::make_unique<Impl>(std::move(unit))) {}
UnitLedger::~UnitLedger() = default;
UnitLedger::UnitLedger(UnitLedger&&) noexcept = default;
UnitLedger& UnitLedger::operator=(UnitLedger&&) noexcept = default;

const std::string& UnitLedger::unit() const { return impl_->unit; }

absl::StatusOr<EntryName> UnitLedger::Append(const EntryName& parent, const Entry& entry) {
  MOTCUA_RETURN_IF_ERROR(CheckBounds(entry));
  if (entry.device != parent.device || entry.seq != parent.seq + 1) {
    return absl::InvalidArgumentError(Say("Lượt ghi không nối tiếp lượt ghi đứng trước nó.", "The entry does not follow the one it stands behind."));
  }
  std::optional<Position> behind = Position{};
  if (parent.seq > 0) behind = impl_->FindHeld(parent);
  if (!behind) {
    return absl::NotFoundError(Say(absl::StrCat("Chưa có lượt ghi ", FormatEntryName(parent), "; hãy lấy các lượt ghi ở giữa."),
                                   absl::StrCat("Entry ", FormatEntryName(parent), " is not held; ask for what lies between.")));
  }
  const Hash hash = impl_->chain.Next(parent.seq == 0 ? ChainRoot(parent.device) : impl_->records.At(*behind).hash, entry);
  const EntryName name{entry.device, entry.seq, First8(hash)};
  if (const std::optional<Position> held = impl_->FindHeld(name)) {
    if (impl_->records.At(*held).hash == hash) return name;
    return absl::InvalidArgumentError(Say("Hai lượt ghi khác nhau mang cùng một tên; hãy báo người quản trị.",
                                          "Two different entries bear one name; tell the administrator."));
  }
  const Position at = impl_->Place(parent, *behind);
  impl_->records.Add(at, hash, entry);
  impl_->stale = impl_->stale || impl_->awaited.count(name) > 0;
  if (!impl_->stale) impl_->Learn(at, entry.body);
  return name;
}

std::size_t UnitLedger::entry_count() const { return impl_->records.size(); }

bool UnitLedger::Holds(const EntryName& name) const {
  return name.seq == 0 ? name.h8 == 0 : impl_->FindHeld(name).has_value();
}

absl::StatusOr<Position> UnitLedger::Find(const EntryName& name) const {
  if (name.seq == 0 && name.h8 == 0) return Position{};
  if (const std::optional<Position> held = impl_->FindHeld(name)) return *held;
  return absl::NotFoundError(Say(absl::StrCat("Không có lượt ghi ", FormatEntryName(name), " ở đây."),
                                 absl::StrCat("Entry ", FormatEntryName(name), " is not held here.")));
}

EntryName UnitLedger::NameAt(Position position) const { return impl_->NameOf(position); }

const Hash& UnitLedger::HashAt(Position position) const {
  return impl_->records.At(impl_->tree.Normalize(position.line, position.seq)).hash;
}

Entry UnitLedger::EntryAt(Position position) const {
  const Position at = impl_->tree.Normalize(position.line, position.seq);
  MOTCUA_INVARIANT(at.seq > 0, "the empty log has no entry");
  return impl_->records.EntryAt(impl_->tree.line(at.line).device, at);
}

const LogTree& UnitLedger::tree() const { return impl_->tree; }
const Causality& UnitLedger::causality() const { return impl_->UpToDate(); }

std::vector<EntryName> UnitLedger::Ends() const {
  std::vector<EntryName> ends;
  // What is appended behind a line's last entry extends that line, so every line has its own end.
  for (LineId id = 0; id < impl_->tree.size(); ++id) ends.push_back(impl_->NameOf({id, impl_->tree.line(id).end_seq}));
  std::sort(ends.begin(), ends.end());
  return ends;
}

std::vector<UnitLedger::LineRange> UnitLedger::Lacking(const std::vector<EntryName>& theirs) const {
  Context held;  // of ancestors alone: naming an entry says one has its log, not what its saws name
  for (const EntryName& name : theirs) {
    if (const std::optional<Position> at = impl_->FindHeld(name)) held.Raise(impl_->tree, *at);
  }
  std::vector<LineRange> ranges;
  // A line is numbered when its parent is held, so parents come before children.
  for (LineId id = 0; id < impl_->tree.size(); ++id) {
    const Line& line = impl_->tree.line(id);
    const Seq first = std::max(held.KnownOf(id), line.fork_seq) + 1;
    if (first <= line.end_seq) ranges.push_back({id, first, line.end_seq});
  }
  return ranges;
}

std::vector<EntryName> UnitLedger::Locator(const EntryName& end) const {
  std::vector<EntryName> names;
  const std::optional<Position> at = impl_->FindHeld(end);
  if (!at) return names;
  names.push_back(end);
  const auto add = [&](Seq seq) { names.push_back(impl_->NameOf({at->line, seq})); };
  for (Seq back = 1; back + 1 < at->seq; back *= 2) add(at->seq - back);
  if (at->seq > 1) add(1);
  return names;
}

std::vector<Cell> UnitLedger::Cells() const {
  std::vector<Cell> cells;
  cells.reserve(impl_->records.cell_count());
  for (CellNumber i = 0; i < impl_->records.cell_count(); ++i) cells.push_back(impl_->records.CellOf(i));
  std::sort(cells.begin(), cells.end());
  return cells;
}

std::vector<Posting> UnitLedger::PostingsOf(const Cell& cell) const {
  const std::optional<CellNumber> number = impl_->records.FindCell(cell);
  return number ? impl_->Postings(*number) : std::vector<Posting>{};
}

CellState UnitLedger::Fold(const Cell& cell, MeasureNature nature) const {
  return FoldCell(PostingsOf(cell), impl_->UpToDate(), nature);
}

UnitLedger::Fate UnitLedger::FateOf(Position position) const {
  const Position at = impl_->tree.Normalize(position.line, position.seq);
  Fate fate;
  const std::vector<Position> excluders = impl_->SortedByName(impl_->UpToDate().ExcludersOf(at));
  if (!excluders.empty()) {
    fate.kind = FateKind::kExcluded;
    fate.excluded_by = impl_->NameOf(excluders.front());
    fate.reason = EntryAt(excluders.front()).note;
  } else if (impl_->records.At(at).HasCell() && impl_->KnownToRestatement(at)) {
    fate.kind = FateKind::kSuperseded;
  } else if (impl_->records.At(at).kind == EntryKind::kRestate && !impl_->Wins(at)) {
    fate.kind = FateKind::kStanding;
  }
  return fate;
}

void UnitLedger::ForEach(const std::function<void(Position, const EntryName&, const Entry&)>& visit) const {
  for (LineId id = 0; id < impl_->tree.size(); ++id) {
    const Line line = impl_->tree.line(id);
    for (Seq seq = line.fork_seq + 1; seq <= line.end_seq; ++seq) {
      visit({id, seq}, impl_->NameOf({id, seq}), impl_->records.EntryAt(line.device, {id, seq}));
    }
  }
}

Forks UnitLedger::LoadForks() const {
  Forks forks(&impl_->tree);
  if (!forks.any()) return forks;
  for (Position at : impl_->records.OfKind(EntryKind::kReview)) {
    if (impl_->tree.line(at.line).device != kHubDevice) continue;
    std::vector<Position> branches;
    const EntryBody body = impl_->records.BodyAt(at);
    for (const EntryName& name : std::get<ReviewBody>(body).branches) {
      if (const std::optional<Position> held = impl_->FindHeld(name)) branches.push_back(*held);
    }
    forks.AddReview(std::move(branches));
  }
  return forks;
}

std::vector<Position> UnitLedger::OfKind(EntryKind kind) const { return impl_->SortedByName(impl_->records.OfKind(kind)); }

Context UnitLedger::KnownAt(const EntryName& end) const {
  const std::optional<Position> at = impl_->FindHeld(end);
  return at ? impl_->UpToDate().ContextOf(*at) : Context{};
}

namespace {

void WritePostings(const std::vector<Posting>& postings, const std::vector<std::size_t>& chosen, ByteWriter& out) {
  out.Varint(chosen.size());
  for (std::size_t i : chosen) WriteName(postings[i].name, out);
}

//  state := cell:text flags:byte tag:byte value:text survivors counted     (lists: count, then names)
std::string StateBytes(const Cell& cell, const std::vector<Posting>& postings, const CellState& state) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Text(FormatCell(cell));
  out.Byte(static_cast<uint8_t>((state.known ? 1 : 0) | (state.conflict ? 2 : 0) | (state.overlap ? 4 : 0) |
                                (state.provisional ? 8 : 0)));
  out.Byte(static_cast<uint8_t>(state.value.index()));
  out.Text(FormatValue(state.value));
  WritePostings(postings, state.survivors, out);
  WritePostings(postings, state.counted, out);
  return bytes;
}

}  // namespace

Hash UnitLedger::Digest(const std::function<std::optional<MeasureNature>(const std::string& measure)>& nature_of) const {
  std::string bytes = "motcua unit digest 1";
  ByteWriter out(&bytes);
  out.Text(impl_->unit);
  for (const EntryName& end : Ends()) WriteName(end, out);
  Sha256Hasher hasher;
  Hash digest = hasher.Of(bytes);
  for (const Cell& cell : Cells()) {
    const std::optional<MeasureNature> nature = nature_of(cell.measure);
    if (!nature) continue;
    const std::vector<Posting> postings = PostingsOf(cell);
    digest = hasher.Of(AsBytes(digest), StateBytes(cell, postings, FoldCell(postings, impl_->UpToDate(), *nature)));
  }
  return digest;
}

}  // namespace motcua
