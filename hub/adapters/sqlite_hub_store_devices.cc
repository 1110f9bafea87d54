// Devices, their certificates and heartbeats, and one-time codes.
#include "hub/adapters/sqlite_hub_rows.h"
#include "hub/adapters/sqlite_hub_store.h"

namespace motcua {
namespace {

DeviceRow DeviceFrom(const Query& query) {
  DeviceRow row;
  row.device = DeviceId{static_cast<uint32_t>(query.Int(0))};
  row.unit = std::string(query.Text(1));
  row.role = static_cast<Role>(query.Int(2));
  row.state = static_cast<DeviceState>(query.Int(3));
  row.name = std::string(query.Text(4));
  row.enrolled_s = query.Int(5);
  row.machine = static_cast<uint32_t>(query.Int(6));
  return row;
}

CertificateRow CertificateFrom(const Query& query) {
  return {std::string(query.Text(0)),   DeviceId{static_cast<uint32_t>(query.Int(1))},
          query.Int(2),                 static_cast<CertificateState>(query.Int(3)),
          HashFrom(query.Bytes(4)),     std::string(query.Text(5))};
}

}  // namespace

absl::StatusOr<DeviceRow> SqliteHubStore::Device(DeviceId device) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kDevice));
  Query query(*statement, device.value);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("thiết bị", "device");
  return DeviceFrom(query);
}

absl::Status SqliteHubStore::PutDevice(const DeviceRow& row) {
  return Run(HubSql::kPutDevice, row.device.value, row.unit, row.role, row.state, row.name,
             row.enrolled_s, row.machine);
}

absl::StatusOr<std::vector<DeviceRow>> SqliteHubStore::Devices() {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kDevices));
  Query query(*statement);
  std::vector<DeviceRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back(DeviceFrom(query));
  }
}

absl::StatusOr<CertificateRow> SqliteHubStore::Certificate(const std::string& serial) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kCertificate));
  Query query(*statement, serial);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("chứng thư", "certificate");
  return CertificateFrom(query);
}

absl::Status SqliteHubStore::PutCertificate(const CertificateRow& row) {
  return Run(HubSql::kPutCertificate, row.serial, row.device.value, row.issued_s, row.state,
             Blob(AsBytes(row.csr)), row.pem);
}

absl::StatusOr<std::vector<CertificateRow>> SqliteHubStore::CertificatesOf(DeviceId device) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kCertificates));
  Query query(*statement, device.value);
  std::vector<CertificateRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back(CertificateFrom(query));
  }
}

absl::StatusOr<HeartbeatRow> SqliteHubStore::Heartbeat(DeviceId device) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kHeartbeat));
  Query query(*statement, device.value);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return HeartbeatRow{};
  return HeartbeatRow{query.Int(0), static_cast<uint32_t>(query.Int(1)), query.Int(2), query.Int(3),
                      std::string(query.Text(4)), std::string(query.Bytes(5))};
}

absl::Status SqliteHubStore::PutHeartbeat(DeviceId device, const HeartbeatRow& row) {
  return Run(HubSql::kPutHeartbeat, device.value, row.seen_ms, row.waiting, row.oldest_waiting_s,
             row.clock_offset_ms, row.agent_version, Blob(row.held));
}

absl::Status SqliteHubStore::AddDeviceNote(const DeviceNoteRow& row) {
  return Run(HubSql::kAddDeviceNote, row.device.value, row.at_s, row.author, row.note);
}

absl::StatusOr<std::vector<DeviceNoteRow>> SqliteHubStore::DeviceNotes(DeviceId device) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kDeviceNotes));
  Query query(*statement, device.value);
  std::vector<DeviceNoteRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({device, query.Int(0), std::string(query.Text(1)), std::string(query.Text(2))});
  }
}

absl::StatusOr<TokenRow> SqliteHubStore::Token(const Hash& secret_hash) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kToken));
  Query query(*statement, Blob(AsBytes(secret_hash)));
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("mã dùng một lần", "one-time code");
  return TokenRow{secret_hash,
                  std::string(query.Text(0)),
                  static_cast<Role>(query.Int(1)),
                  DeviceId{static_cast<uint32_t>(query.Int(2))},
                  query.Int(3),
                  query.Int(4),
                  DeviceId{static_cast<uint32_t>(query.Int(5))},
                  HashFrom(query.Bytes(6)),
                  std::string(query.Text(7))};
}

absl::Status SqliteHubStore::PutToken(const TokenRow& row) {
  return Run(HubSql::kPutToken, Blob(AsBytes(row.secret_hash)), row.unit, row.role, row.replaces.value,
             row.expires_s, row.used_s, row.used_by.value, Blob(AsBytes(row.used_csr)), row.used_serial);
}

}  // namespace motcua
