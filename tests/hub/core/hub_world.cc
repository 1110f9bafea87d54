#include "tests/hub/core/hub_world.h"

#include <cstdlib>
#include <set>

#include "common/base/invariant.h"
#include "common/sync/batch.h"
#include "hub/core/fact_key.h"

namespace motcua {
namespace {

std::map<std::string, std::shared_ptr<const Catalog>>& MadeCatalogs() {
  static std::map<std::string, std::shared_ptr<const Catalog>> made;
  return made;
}

Unit MakeUnit(const std::string& code, const std::string& kind, const std::string& parent) {
  Unit unit;
  unit.code = code;
  unit.name = "Unit " + code;
  unit.kind = kind;
  unit.parent = parent;
  return unit;
}

Measure MakeMeasure(const std::string& code, MeasureKind kind) {
  Measure measure;
  measure.code = code;
  measure.name.vi = code;
  measure.kind = kind;
  return measure;
}

UnitKind MakeKind(const std::string& id, const std::string& level, bool records) {
  UnitKind kind;
  kind.id = id;
  kind.level = level;
  kind.records = records;
  kind.name.vi = id;
  return kind;
}

Period MakePeriod(const std::string& id, const std::string& from, const std::string& to, const std::string& due) {
  Period period;
  period.id = id;
  period.name.vi = id;
  period.from = *ParseDay(from);
  period.to = *ParseDay(to);
  period.due = *ParseDay(due);
  period.stand_alone = true;
  return period;
}

Calendar MakeCalendar() {
  Calendar calendar;
  calendar.id = "month";
  calendar.name.vi = "month";
  calendar.periods = {MakePeriod("2020-08", "2020-08-01", "2020-08-31", "2020-09-05"),
                      MakePeriod("2020-09", "2020-09-01", "2020-09-30", "2020-10-05")};
  return calendar;
}

FormRow MakeRow(const std::string& measure, int coefficient) {
  FormRow row;
  row.id = measure;
  row.label.vi = measure;
  Term term;
  term.measure = measure;
  term.coefficient = coefficient;
  row.quantity.terms = {term};
  return row;
}

Form MakeForm(const CatalogShape& shape) {
  Form form;
  form.id = "f";
  form.version = shape.form_version;
  form.title.vi = "f";
  form.calendar = "month";
  FormColumn column;
  column.id = "value";
  column.label.vi = "value";
  form.columns = {column};
  form.rows = {MakeRow("carried_over", 1), MakeRow("received", shape.form_version), MakeRow("pending", 1)};
  return form;
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  MOTCUA_INVARIANT(result.ok(), "a step that prepares a test works");
  return *std::move(result);
}
void Must(const absl::Status& status) {
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  MOTCUA_INVARIANT(status.ok(), "a step that prepares a test works");
}

}  // namespace

std::shared_ptr<const Catalog> MakeCatalog(const CatalogShape& shape) {
  CatalogData data;
  data.id = "test";
  data.unit_kinds = {MakeKind("province", "province", false), MakeKind("district", "district", false),
                     MakeKind("commune", "commune", true)};
  data.units = {MakeUnit("0", "province", ""),   MakeUnit("D1", "district", "0"),
                MakeUnit("D2", "district", "0"), MakeUnit("U1", "commune", shape.parent_of_u1),
                MakeUnit("U2", "commune", "D1"), MakeUnit("U3", "commune", "D2")};
  if (shape.empty_district) data.units.push_back(MakeUnit("D3", "district", "0"));
  Field field;
  field.id = "F";
  field.name.vi = "F";
  data.fields = {field};
  std::vector<std::string> procedures = {"P1"};
  if (shape.second_procedure) procedures.push_back("P2");
  for (const std::string& code : procedures) {
    Procedure procedure;
    procedure.code = code;
    procedure.name.vi = code;
    procedure.field = "F";
    data.procedures.push_back(procedure);
  }
  for (const char* code : {"counter", "online_full"}) {
    Channel channel;
    channel.code = code;
    channel.name.vi = code;
    data.channels.push_back(channel);
  }
  data.measures = {MakeMeasure("received", MeasureKind::kFlow),
                   MakeMeasure("visits", shape.visits_are_stock ? MeasureKind::kStock : MeasureKind::kFlow),
                   MakeMeasure("refused", MeasureKind::kFlow), MakeMeasure("suspended", MeasureKind::kStock),
                   MakeMeasure("remark", MeasureKind::kText)};
  if (shape.late_measure) data.measures.push_back(MakeMeasure("late", MeasureKind::kFlow));
  data.calendars = {MakeCalendar()};
  data.forms = {MakeForm(shape)};
  const std::string canonical =
      absl::StrCat("test catalog ", shape.version, shape.form_version, shape.late_measure, shape.second_procedure,
                   shape.visits_are_stock, shape.parent_of_u1, std::string(300, 'x'));
  std::shared_ptr<const Catalog> catalog = Must(Catalog::Build(std::move(data), canonical));
  MadeCatalogs()[canonical] = catalog;
  return catalog;
}

absl::StatusOr<std::shared_ptr<const Catalog>> ParseTestCatalog(absl::string_view canonical) {
  const auto made = MadeCatalogs().find(std::string(canonical));
  if (made == MadeCatalogs().end()) return absl::InvalidArgumentError("not a catalog of these tests");
  return made->second;
}

HubWorld::HubWorld(uint64_t seed, const CatalogShape& shape) : random(seed) {
  // In memory where there is such a folder: what a sync to a real disk costs is no business of these tests.
  const std::filesystem::path memory = "/dev/shm";
  const std::filesystem::path parent =
      std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "motcua-hub-XXXXXX").string();
  MOTCUA_INVARIANT(mkdtemp(pattern.data()) != nullptr, "a temporary folder");
  folder_ = pattern;
  store_ = Must(SqliteHubStore::Open(database(), {}));
  Must(Hub::Initialise(*store_, *MakeCatalog(shape), 77));
  Reopen();
}

HubWorld::~HubWorld() {
  Close();
  std::filesystem::remove_all(folder_);
}

void HubWorld::Close() {
  hub_.reset();
  faulty_.reset();
  store_.reset();
}

HubParts HubWorld::Parts(HubStore* store) {
  HubParts parts;
  parts.store = store;
  parts.clock = &clock;
  parts.random = &random;
  parts.signer = &signer;
  parts.verifier = &signer;
  parts.receipt_key = std::string(32, 'k');
  parts.issuer = &issuer;
  parts.parse_catalog = ParseTestCatalog;
  parts.protocol = protocol;
  return parts;
}

void HubWorld::Reopen() {
  Close();
  store_ = Must(SqliteHubStore::Open(database(), {}));
  faulty_ = std::make_unique<FaultyStore>(store_.get());
  hub_ = Must(Hub::Open(Parts(faulty_.get())));
}

std::unique_ptr<Hub> HubWorld::WhatIsStored() { return Must(Hub::Open(Parts(store_.get()))); }

void HubWorld::Backup() {
  Must(store_->database().Checkpoint());
  std::filesystem::copy_file(database(), folder_ / "backup.db",
                             std::filesystem::copy_options::overwrite_existing);
}

void HubWorld::RestoreBackup() {
  Close();
  std::filesystem::copy_file(folder_ / "backup.db", database(),
                             std::filesystem::copy_options::overwrite_existing);
  Reopen();
}

DeviceId HubWorld::Enroll(const std::string& unit, Role role) {
  const NewToken token = Must(hub_->CreateToken(unit, role, 3600, std::nullopt));
  return Must(hub_->Enroll({token.secret, absl::StrCat("csr ", random.Next64()), "desk"})).device;
}

std::string HubWorld::Facts() { return Facts(*hub_); }

std::string HubWorld::Facts(Hub& hub) {
  std::set<std::string> lines;
  Must(hub.WithFacts([&](const Catalog& catalog, const FactSource& facts) {
    for (const Unit& unit : catalog.data().units) {
      Must(facts.ForEachFact(unit.code, kDayMin, kDayMax, [&](const Fact& fact) {
        lines.insert(absl::StrCat(FormatCell({unit.code, fact.day, std::string(fact.procedure),
                                              std::string(fact.channel), std::string(fact.measure)}),
                                  " = ", FormatValue(*fact.value), fact.provisional ? " provisional" : "",
                                  "\n"));
      }));
    }
    return absl::OkStatus();
  }));
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::string HubWorld::Rollups() {
  CodeIds ids(store_.get());
  Must(ids.Load());
  std::set<std::string> lines;
  Must(store_->ForEachRollup(0, OwnerBegin(kOwnersMax + 1), [&](uint64_t key, const RollupRow& row) {
    const FactKey at = UnpackCounter(key);
    lines.insert(absl::StrCat(
        Must(ids.Text(CodeKind::kScope, at.owner)), " ", FormatDay(at.day), " ",
        Must(ids.Text(CodeKind::kProcedure, at.procedure)), " ", Must(ids.Text(CodeKind::kChannel, at.channel)), " ",
        Must(ids.Text(CodeKind::kMeasure, at.measure)), " = ", row.value, "/", row.units, "\n"));
  }));
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::vector<std::string> HubWorld::Findings() { return Must(hub_->Verify()); }
int64_t HubWorld::EntryCount() { return Must(hub_->Status()).entries; }

std::string EncodePath(const UnitLedger& ledger, const EntryName& end, Seq first, Seq last,
                       const Catalog& catalog) {
  if (last < first) return "";
  const Position at = Must(ledger.Find(end));
  const Position before = ledger.tree().Normalize(at.line, first - 1);
  Run run{{end.device, first - 1, 0}, {}};
  Hash parent = ChainRoot(end.device);
  if (first > 1) {
    run.parent = ledger.NameAt(before);
    parent = ledger.HashAt(before);
  }
  for (Seq seq = first; seq <= last; ++seq)
    run.entries.push_back(ledger.EntryAt(ledger.tree().Normalize(at.line, seq)));
  const CodeBook book(catalog.version(), catalog.codes());
  const EncodedBatch batch = EncodeBatch({run}, {parent}, book, kBatchBytesMax);
  MOTCUA_INVARIANT(batch.complete, "test batches are small");
  return batch.bytes;
}

TestDesk::TestDesk(HubWorld* world, DeviceId device, std::string unit, Role role, uint64_t seed)
    : catalog_(world->hub().catalog()),
      world_(world),
      device_(device),
      unit_(std::move(unit)),
      role_(role),
      random_(seed),
      ledger_(unit_),
      end_{device, 0, 0} {}

TestDesk TestDesk::Copy(uint64_t seed) const {
  TestDesk copy(world_, device_, unit_, role_, seed);
  copy.Learn(ledger_);
  copy.end_ = end_;
  copy.sent_ = sent_;
  copy.receipt_ = receipt_;
  copy.catalog_ = catalog_;
  return copy;
}

Cell TestDesk::At(const std::string& measure, int day) const {
  return {unit_, Day{18000 + day}, "P1", "counter", measure};
}

EntryName TestDesk::Write(EntryBody body, std::optional<Role> role) {
  Entry entry;
  entry.device = device_;
  entry.seq = end_.seq + 1;
  entry.role = role.value_or(role_);
  entry.clock_s = world_->clock.WallSeconds();
  if (fresh_) entry.nonce = random_.Next64();
  fresh_ = false;
  entry.author = "An";
  entry.body = std::move(body);
  end_ = Must(ledger_.Append(end_, entry));
  return end_;
}

void TestDesk::Saw() {
  const Context known = end_.seq == 0 ? Context{} : ledger_.KnownAt(end_);
  SawBody saw;
  for (const EntryName& name : ledger_.Ends()) {
    if (!known.Includes(ledger_.tree(), Must(ledger_.Find(name)))) saw.ends.push_back(name);
  }
  if (!saw.ends.empty()) Write(std::move(saw));
}

void TestDesk::Learn(const UnitLedger& other) {
  other.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
    EntryName parent{name.device, 0, 0};
    if (name.seq > 1) parent = other.NameAt({at.line, name.seq - 1});
    Must(ledger_.Append(parent, entry).status());
  });
}

ExchangeRequest TestDesk::Request(std::size_t entries) {
  ExchangeRequest request;
  request.catalog = catalog_->version();
  request.device = device_;
  request.unit = unit_;
  if (end_.seq > 0) request.locator = ledger_.Locator(end_);
  request.ends = ledger_.Ends();
  if (!receipt_.empty()) request.newest_receipt = EncodeReceipt(receipt_);
  const Seq last = static_cast<Seq>(std::min<std::size_t>(end_.seq, sent_ + entries));
  if (last > sent_) request.batch = EncodePath(ledger_, end_, sent_ + 1, last, *catalog_);
  request.agent_time_ms = world_->clock.now_ms;
  request.agent_version = "test";
  return request;
}

absl::StatusOr<ExchangeResponse> TestDesk::Send(const ExchangeRequest& request) {
  return world_->hub().Exchange(request, device_);
}

absl::StatusOr<ExchangeResponse> TestDesk::Exchange(std::size_t entries) {
  absl::StatusOr<ExchangeResponse> response = Send(Request(entries));
  if (response.ok()) TakeAnswer(*response);
  return response;
}

void TestDesk::TakeAnswer(const ExchangeResponse& response) {
  sent_ = response.common.seq;
  if (!response.receipt.empty()) receipt_ = response.receipt;
  const CodeBook book(catalog_->version(), catalog_->codes());
  if (!response.batch.empty()) {
    for (const DecodedRun& run : Must(DecodeBatch(response.batch, book))) {
      EntryName parent = run.run.parent;
      for (const Entry& entry : run.run.entries) parent = Must(ledger_.Append(parent, entry));
    }
  }
  // A copy that was left behind goes on behind what came back.
  if (response.verdict == Verdict::kRegressed) {
    for (const EntryName& name : ledger_.Ends()) {
      const bool own = name.device == device_ && name.seq > end_.seq;
      if (own && ledger_.tree().IsAncestorOrSelf(Must(ledger_.Find(end_)), Must(ledger_.Find(name))))
        end_ = name;
    }
    sent_ = end_.seq;
    fresh_ = true;
  }
}

absl::Status TestDesk::Sync() {
  for (int i = 0; i < 50; ++i) {
    absl::StatusOr<ExchangeResponse> response = Exchange();
    if (!response.ok()) return response.status();
    if (everything_sent() && !response->more) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("no end of exchanges");
}

}  // namespace motcua
