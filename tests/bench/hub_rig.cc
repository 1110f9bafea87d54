#include "tests/bench/hub_rig.h"

#include <filesystem>
#include <map>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/rpc/catalog_text.h"
#include "common/security/code.h"
#include "common/security/device_key.h"
#include "common/security/receipt_key.h"
#include "common/sqlite/database.h"
#include "hub/adapters/grpc_issuer.h"
#include "hub/adapters/grpc_server.h"
#include "hub/adapters/sqlite_hub_store.h"

namespace motcua::bench {
namespace {

constexpr int64_t kTokenLifetimeS = 3600;
constexpr int64_t kShutdownGraceMs = 2000;

}  // namespace

struct HubRig::Impl {
  std::string path;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<CertificateAuthority> ca;
  std::unique_ptr<CaIssuer> issuer;
  std::unique_ptr<ReceiptKey> signer;
  std::unique_ptr<ReceiptChecker> verifier;
  std::unique_ptr<SqliteHubStore> store;
  std::unique_ptr<Hub> hub;
  std::unique_ptr<GrpcServer> server;
  std::string device_key_pem;  // one key for all: its making is not what is measured
  std::map<DeviceId, std::string> certificates;

  absl::Status MakeKeys() {
    MOTCUA_ASSIGN_OR_RETURN(ca, CertificateAuthority::Create(&random, clock.WallSeconds()));
    issuer = std::make_unique<CaIssuer>(ca.get(), &clock);
    MOTCUA_ASSIGN_OR_RETURN(signer, ReceiptKey::Create());
    MOTCUA_ASSIGN_OR_RETURN(verifier, ReceiptChecker::Create(signer->public_key()));
    return absl::OkStatus();
  }

  absl::Status AddDevices(const std::vector<RigDevice>& devices) {
    MOTCUA_ASSIGN_OR_RETURN(const DeviceKey key, GenerateKeyAndCsr());
    device_key_pem = key.key_pem;
    MOTCUA_RETURN_IF_ERROR(store->Begin());
    StoreTransaction transaction(store.get());
    for (const RigDevice& device : devices) {
      MOTCUA_ASSIGN_OR_RETURN(const DeviceCertificate issued,
                              ca->IssueDevice(key.csr_pem, {device.device, device.unit, Role::kDesk},
                                              clock.WallSeconds()));
      DeviceRow row;
      row.device = device.device;
      row.unit = device.unit;
      row.name = "bench";
      row.enrolled_s = clock.WallSeconds();
      MOTCUA_RETURN_IF_ERROR(store->PutDevice(row));
      CertificateRow certificate;
      certificate.serial = issued.serial;
      certificate.device = device.device;
      certificate.issued_s = row.enrolled_s;
      MOTCUA_RETURN_IF_ERROR(store->PutCertificate(certificate));
      certificates.emplace(device.device, issued.pem);
    }
    return transaction.Commit();
  }

  absl::Status OpenHub() {
    HubParts parts;
    parts.store = store.get();
    parts.clock = &clock;
    parts.random = &random;
    parts.signer = signer.get();
    parts.verifier = verifier.get();
    parts.receipt_key = signer->public_key();
    parts.issuer = issuer.get();
    parts.parse_catalog = ParseCatalogBytes;
    MOTCUA_ASSIGN_OR_RETURN(hub, Hub::Open(std::move(parts)));
    return absl::OkStatus();
  }
};

HubRig::HubRig(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HubRig::~HubRig() { Close(); }

absl::StatusOr<std::unique_ptr<HubRig>> HubRig::Make(const std::string& folder, const Catalog& catalog,
                                                     const std::vector<RigDevice>& devices) {
  auto impl = std::make_unique<Impl>();
  std::filesystem::create_directories(folder);
  impl->path = folder + "/hub.db";
  DatabaseOptions options;
  options.cache_kib = kCacheKib;
  MOTCUA_RETURN_IF_ERROR(impl->MakeKeys());
  MOTCUA_ASSIGN_OR_RETURN(impl->store, SqliteHubStore::Open(impl->path, options));
  MOTCUA_RETURN_IF_ERROR(Hub::Initialise(*impl->store, catalog, /*incarnation=*/1));
  MOTCUA_RETURN_IF_ERROR(impl->AddDevices(devices));
  MOTCUA_RETURN_IF_ERROR(impl->OpenHub());
  return std::unique_ptr<HubRig>(new HubRig(std::move(impl)));
}

HubApi& HubRig::api() { return *impl_->hub; }
Hub& HubRig::hub() { return *impl_->hub; }

absl::StatusOr<std::string> HubRig::NewCode(const std::string& unit) {
  MOTCUA_ASSIGN_OR_RETURN(const NewToken token,
                          impl_->hub->CreateToken(unit, Role::kDesk, kTokenLifetimeS, std::nullopt));
  return FormatCode(token.secret, impl_->ca->fingerprint());
}

absl::Status HubRig::Serve() {
  GrpcServerOptions options;
  options.listen_address = "127.0.0.1:0";
  MOTCUA_ASSIGN_OR_RETURN(options.identity, impl_->ca->IssueServer(impl_->clock.WallSeconds()));
  options.ca_pem = ca_pem();
  MOTCUA_ASSIGN_OR_RETURN(impl_->server, GrpcServer::Start(impl_->hub.get(), options));
  return absl::OkStatus();
}

int HubRig::port() const { return impl_->server->port(); }
const std::string& HubRig::ca_pem() const { return impl_->ca->certificate_pem(); }
TlsIdentity HubRig::IdentityOf(DeviceId device) const {
  return {impl_->device_key_pem, impl_->certificates.at(device)};
}

void HubRig::Close() {
  if (impl_->server != nullptr) impl_->server->Shutdown(kShutdownGraceMs);
  impl_->server.reset();
  impl_->hub.reset();
  impl_->store.reset();
}

std::string HubRig::database_path() const { return impl_->path; }
absl::StatusOr<int64_t> HubRig::SumOfCells() const {
  return SumOf(impl_->path, "SELECT sum(value) FROM counter");
}

absl::StatusOr<int64_t> SumOf(const std::string& database_path, const std::string& sql) {
  DatabaseOptions options;
  options.create = false;
  MOTCUA_ASSIGN_OR_RETURN(const auto database, Database::Open(database_path, options));
  return database->QueryInt(sql);
}

}  // namespace motcua::bench
