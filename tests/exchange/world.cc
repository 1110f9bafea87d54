#include "tests/exchange/world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "common/base/language.h"
#include "common/rpc/catalog_text.h"
#include "common/rpc/wire.h"
#include "common/security/device_key.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

// The shipped catalog is read once; worlds share it.
const std::shared_ptr<const Catalog>& ShippedCatalog() {
  static const std::shared_ptr<const Catalog> catalog =
      *LoadCatalog(*ReadCatalogFiles(MOTCUA_SOURCE_DIR "/deploy/catalog/badinh-2020"));
  return catalog;
}

std::optional<MeasureNature> NatureOf(const std::string& measure) {
  const Measure* found = ShippedCatalog()->FindMeasure(measure);
  if (found == nullptr) return std::nullopt;
  return found->nature();
}

// Readable in a failed comparison.
std::vector<std::string> NamesOf(const std::vector<EntryName>& ends) {
  std::vector<std::string> names;
  for (const EntryName& end : ends) names.push_back(FormatEntryName(end));
  return names;
}

std::string DigestOf(const UnitLedger& ledger) { return ToHex(AsBytes(ledger.Digest(NatureOf))); }

// Memory where there is some: no test here cuts the power, and a storm syncs thousands of times.
std::string FolderForWorlds() {
  return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path().string();
}

RecordRequest RequestOf(const std::string& procedure, const std::string& channel, const std::string& measure,
                        int64_t value) {
  RecordRequest request;
  request.day = kWorldDay;
  request.procedure = procedure;
  request.channel = channel;
  request.measure = measure;
  request.value = value;
  request.remark.author = "Lan";
  return request;
}

class WorldRenewer final : public IdentityRenewer {
 public:
  WorldRenewer(World* world, DeskSide* desk) : world_(*world), desk_(*desk) {}
  absl::Status Renew(int64_t) override {
    MOTCUA_ASSIGN_OR_RETURN(const std::string certificate,
                            world_.hub().Renew(desk_.certificate(), GenerateKeyAndCsr()->csr_pem));
    desk_.set_certificate(PeerOf(certificate));
    return absl::OkStatus();
  }

 private:
  World& world_;
  DeskSide& desk_;
};

}  // namespace

absl::StatusOr<ExchangeResponse> FaultyLink::Ask(const std::string& sent) {
  v1::ExchangeRequest message;
  EXPECT_TRUE(message.ParseFromString(sent));
  MOTCUA_ASSIGN_OR_RETURN(const ExchangeRequest request, FromWire(message));
  MOTCUA_ASSIGN_OR_RETURN(const ExchangeResponse response, ExchangeFor(world_.hub(), caller_, request));
  const v1::ExchangeResponse answer = ToWire(response);
  bytes_received_ += static_cast<int64_t>(answer.ByteSizeLong());
  return FromWire(answer);
}

absl::StatusOr<ExchangeResponse> FaultyLink::Exchange(const ExchangeRequest& request, int64_t) {
  world_.clock().SleepMs(700);
  const std::string sent = ToWire(request).SerializeAsString();
  EXPECT_LE(sent.size(), kRequestBytesMax);
  bytes_sent_ += static_cast<int64_t>(sent.size());
  const Fault fault = calls_ < faults_.size() ? faults_[calls_] : Fault::kNone;
  ++calls_;
  if (fault == Fault::kRequestLost) return absl::UnavailableError("the request was lost");
  absl::StatusOr<ExchangeResponse> response = Ask(sent);
  switch (fault) {
    case Fault::kReplyLost:
      return absl::DeadlineExceededError("the reply was lost");
    case Fault::kDuplicated:
      return Ask(sent);
    case Fault::kDeskKilled:
      throw DeskKilled();
    case Fault::kHubRestarted:
      world_.CloseHub();
      world_.OpenHub();
      return absl::UnavailableError("the hub went away");
    default:
      return response;
  }
}

PeerCertificate PeerOf(const std::string& certificate_pem) {
  const absl::StatusOr<CertificateFacts> facts = InspectCertificate(certificate_pem);
  EXPECT_TRUE(facts.ok() && facts->names);
  return {facts->names->device, facts->names->unit, facts->names->role, facts->serial, facts->issued_s,
          facts->names->machine};
}

DeskSide::DeskSide(World* world, DeskIdentity identity, PeerCertificate certificate, std::string folder)
    : world_(*world),
      identity_(std::move(identity)),
      certificate_(std::move(certificate)),
      folder_(std::move(folder)),
      clock_(&world->clock()) {}

void DeskSide::Open() {
  OpenDesk();
  EXPECT_EQ(store_->set_aside(), "");
}

std::string DeskSide::OpenDamaged() {
  OpenDesk();
  return store_->set_aside();
}

void DeskSide::OpenDesk() {
  absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store = SqliteAgentStore::Open(folder_ + "/agent.db");
  ASSERT_THAT(store.status(), IsOk());
  store_ = *std::move(store);
  auto desk = Desk::Open(identity_, store_.get(), &clock_, &world_.random(), ParseCatalogBytes);
  ASSERT_THAT(desk.status(), IsOk());
  desk_ = *std::move(desk);
}

void DeskSide::Close() {
  desk_.reset();
  store_.reset();
}

absl::Status DeskSide::Noted(const absl::StatusOr<RecordAnswer>& answer) {
  MOTCUA_RETURN_IF_ERROR(answer.status());
  const UnitLedger& ledger = desk_->log().ledger();
  const Entry entry = ledger.EntryAt(*ledger.Find(answer->entry));
  World::Confirmed confirmed{answer->cell};
  if (const auto* add = std::get_if<AddBody>(&entry.body)) {
    confirmed.adds = true;
    confirmed.delta = add->delta;
  }
  EXPECT_TRUE(world_.book().emplace(answer->entry, confirmed).second) << "one name for two entries";
  return absl::OkStatus();
}

absl::Status DeskSide::Add(const std::string& procedure, const std::string& channel,
                           const std::string& measure, int64_t delta) {
  RecordRequest request = RequestOf(procedure, channel, measure, delta);
  request.adds = true;
  return Record(request);
}

absl::Status DeskSide::Observe(const std::string& procedure, const std::string& channel,
                               const std::string& measure, int64_t value) {
  return Record(RequestOf(procedure, channel, measure, value));
}

absl::Status DeskSide::Restate(const std::string& procedure, const std::string& channel,
                               const std::string& measure, int64_t value) {
  return Noted(desk_->Restate(RequestOf(procedure, channel, measure, value)));
}

SyncResult DeskSide::Sync(std::vector<Fault> faults, std::size_t batch_bytes_max) {
  FaultyLink link = Link(std::move(faults));
  try {
    return SyncOver(&link, batch_bytes_max);
  } catch (const DeskKilled&) {
    Close();
    Open();
    SyncResult killed;
    killed.status = absl::AbortedError("the desk was killed");
    return killed;
  }
}

SyncResult DeskSide::SyncOver(HubLink* link, std::size_t batch_bytes_max) {
  SyncOptions options;
  options.batch_bytes_max = batch_bytes_max;
  return SyncOver(link, options);
}

SyncResult DeskSide::SyncOver(HubLink* link, const SyncOptions& options) {
  WorldRenewer renewer(&world_, this);
  return SyncSession(desk_.get(), link, &world_.verifier(), options, &renewer).Run();
}

World::World(uint64_t seed)
    : random_(seed), ca_now_s_(SystemClock().WallSeconds()), catalog_(ShippedCatalog()) {
  std::string name = FolderForWorlds() + "/motcua-world-XXXXXX";
  root_ = ::mkdtemp(name.data());
  ca_ = *CertificateAuthority::Create(&random_, ca_now_s_);
  issuer_ = std::make_unique<CaIssuer>(ca_.get(), &system_clock_);
  receipt_key_ = *ReceiptKey::Create();
  checker_ = *ReceiptChecker::Create(receipt_key_->public_key());
  store_ = *SqliteHubStore::Open(root_ + "/hub.db", {});
  EXPECT_THAT(Hub::Initialise(*store_, *catalog_, random_.Next64()), IsOk());
  OpenHub();
}

World::~World() {
  desks_.clear();
  CloseHub();
  std::filesystem::remove_all(root_);
}

void World::OpenHub() {
  if (!store_) store_ = *SqliteHubStore::Open(root_ + "/hub.db", {});
  HubParts parts;
  parts.store = store_.get();
  parts.clock = &clock_;
  parts.random = &random_;
  parts.signer = receipt_key_.get();
  parts.verifier = checker_.get();
  parts.receipt_key = receipt_key_->public_key();
  parts.issuer = issuer_.get();
  parts.parse_catalog = ParseCatalogBytes;
  absl::StatusOr<std::unique_ptr<Hub>> hub = Hub::Open(std::move(parts));
  ASSERT_THAT(hub.status(), IsOk());
  hub_ = *std::move(hub);
}

void World::CloseHub() {
  hub_.reset();
  store_.reset();
}

void World::BackUpHub() {
  CloseHub();
  std::filesystem::copy_file(root_ + "/hub.db", root_ + "/backup.db",
                             std::filesystem::copy_options::overwrite_existing);
  OpenHub();
}

void World::RestoreHub() {
  CloseHub();
  std::filesystem::copy_file(root_ + "/backup.db", root_ + "/hub.db",
                             std::filesystem::copy_options::overwrite_existing);
  OpenHub();
}

NewToken World::Token(Role role, const std::string& unit) {
  return *hub_->CreateToken(unit, role, 3'600, std::nullopt);
}

DeskSide* World::Enrol(Role role, const std::string& unit) {
  const absl::StatusOr<EnrollResponse> enrolled =
      hub_->Enroll({Token(role, unit).secret, GenerateKeyAndCsr()->csr_pem, "quầy"});
  EXPECT_THAT(enrolled.status(), IsOk());
  return Adopt({enrolled->device, enrolled->unit, enrolled->role}, PeerOf(enrolled->certificate_pem));
}

DeskSide* World::Adopt(const DeskIdentity& identity, PeerCertificate certificate) {
  desks_.push_back(std::make_unique<DeskSide>(this, identity, std::move(certificate), NewFolder()));
  desks_.back()->Open();
  return desks_.back().get();
}

DeskSide* World::Copy(DeskSide* original) {
  original->Close();
  const std::string folder = NewFolder();
  std::filesystem::copy(original->folder(), folder, std::filesystem::copy_options::recursive);
  original->Open();
  desks_.push_back(
      std::make_unique<DeskSide>(this, original->identity(), original->certificate(), folder));
  desks_.back()->Open();
  return desks_.back().get();
}

std::string World::NewFolder() {
  const std::string folder = absl::StrCat(root_, "/desk", ++folders_);
  std::filesystem::create_directory(folder);
  return folder;
}

void World::Heal() {
  // The first round brings everything up, the second everything down.
  for (int round = 0; round < 2; ++round) {
    for (const auto& desk : desks_) {
      const SyncResult result = desk->Sync({});
      ASSERT_THAT(result.status, IsOk());
      EXPECT_EQ(result.waiting, 0u);
    }
  }
}

void World::ExpectAllAgree(bool exact_sums) {
  const absl::StatusOr<std::vector<std::string>> differences = hub_->Verify();
  ASSERT_THAT(differences, IsOk());
  EXPECT_THAT(*differences, ::testing::IsEmpty());
  std::set<std::string> units;
  for (const auto& desk : desks_) units.insert(desk->identity().unit);
  for (const std::string& unit : units) ExpectUnitAgrees(unit, exact_sums);
}

void World::ExpectUnitAgrees(const std::string& unit, bool exact_sums) {
  const absl::StatusOr<UnitLedger> held = hub_->LoadLedger(unit);
  ASSERT_THAT(held.status(), IsOk());
  for (const auto& desk : desks_) {
    if (desk->identity().unit != unit) continue;
    const UnitLedger& ledger = desk->desk().log().ledger();
    EXPECT_EQ(NamesOf(ledger.Ends()), NamesOf(held->Ends()));
    EXPECT_EQ(ledger.entry_count(), held->entry_count());
    EXPECT_EQ(DigestOf(ledger), DigestOf(*held));
  }

  std::map<Cell, int64_t> sums;
  std::size_t confirmed_here = 0;
  for (const auto& [name, confirmed] : book_) {
    if (confirmed.cell.unit != unit) continue;
    ++confirmed_here;
    EXPECT_TRUE(held->Holds(name)) << "lost: " << FormatEntryName(name);
    if (confirmed.adds) sums[confirmed.cell] += confirmed.delta;
  }
  std::size_t numbers = 0;
  held->ForEach([&](Position, const EntryName&, const Entry& entry) {
    if (entry.kind() == EntryKind::kAdd || entry.kind() == EntryKind::kRestate) ++numbers;
  });
  EXPECT_EQ(numbers, confirmed_here) << "doubled";
  for (const Cell& cell : held->Cells()) {
    const absl::StatusOr<Value> stored = hub_->CellValue(cell);
    ASSERT_THAT(stored, IsOk());
    EXPECT_EQ(*stored, held->Fold(cell, *NatureOf(cell.measure)).value) << FormatCell(cell);
    if (exact_sums && *NatureOf(cell.measure) == MeasureNature::kCounter) {
      EXPECT_EQ(*stored, Value(sums[cell])) << FormatCell(cell);
    }
  }
}

}  // namespace motcua
