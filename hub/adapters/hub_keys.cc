#include "hub/adapters/hub_keys.h"

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/security/ca.h"
#include "common/security/private_file.h"
#include "common/security/receipt_key.h"

namespace motcua {

void ForEachKeyFile(HubKeys& keys,
                    const std::function<void(const std::string& name, std::string& pem)>& visit) {
  visit("ca.key.pem", keys.ca_key_pem);
  visit("ca.cert.pem", keys.ca_certificate_pem);
  visit("receipt.key.pem", keys.receipt_key_pem);
}

absl::StatusOr<HubKeys> MakeHubKeys() {
  SystemRandom random;
  SystemClock clock;
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<CertificateAuthority> ca,
                          CertificateAuthority::Create(&random, clock.WallSeconds()));
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<ReceiptKey> receipt_key, ReceiptKey::Create());
  return HubKeys{ca->identity().key_pem, ca->certificate_pem(), receipt_key->key_pem()};
}

absl::StatusOr<HubKeys> ReadHubKeys(const std::string& folder) {
  HubKeys keys;
  absl::Status status;
  ForEachKeyFile(keys, [&](const std::string& name, std::string& pem) {
    absl::StatusOr<std::string> read = ReadPrivateFile(absl::StrCat(folder, "/", name));
    if (read.ok()) {
      pem = *std::move(read);
    } else if (status.ok()) {
      status = read.status();
    }
  });
  if (!status.ok()) return status;
  return keys;
}

absl::Status CheckHubKeys(const HubKeys& keys) {
  SystemRandom random;
  MOTCUA_RETURN_IF_ERROR(
      CertificateAuthority::Load({keys.ca_key_pem, keys.ca_certificate_pem}, &random).status());
  return ReceiptKey::Load(keys.receipt_key_pem).status();
}

}  // namespace motcua
