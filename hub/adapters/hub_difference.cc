#include "hub/adapters/hub_difference.h"

#include <algorithm>
#include <map>
#include <set>

#include "hub/adapters/sqlite_hub_rows.h"

namespace motcua {
namespace {

using DeviceRows = std::map<DeviceId, DeviceInfo>;

absl::StatusOr<DeviceRows> DevicesOf(Hub& hub) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> infos, hub.ListDevices());
  DeviceRows rows;
  for (const DeviceInfo& info : infos) rows.emplace(info.device.device, info);
  return rows;
}

bool MaySpeak(const CertificateRow& row) {
  return row.state == CertificateState::kActive || row.state == CertificateState::kRenew;
}

void CompareCertificates(const DeviceInfo& here, const DeviceInfo& there, bool known,
                         HubDifference& difference) {
  for (const CertificateRow& row : here.certificates) {
    const auto other = std::find_if(there.certificates.begin(), there.certificates.end(),
                                    [&](const CertificateRow& of) { return of.serial == row.serial; });
    const bool lacking = other == there.certificates.end();
    if (MaySpeak(row)) {
      if (lacking && known) difference.certificates.push_back({here.device, row.serial});
    } else if (lacking || MaySpeak(*other)) {
      difference.revocations.push_back({here.device, row.serial});
    }
  }
}

void CompareDevices(const DeviceRows& present, const DeviceRows& restored, HubDifference& difference) {
  for (const auto& [device, info] : present) {
    const auto other = restored.find(device);
    const bool known = other != restored.end();
    if (!known) {
      difference.devices.push_back(
          {info.device, info.certificates.empty() ? "" : info.certificates.back().serial});
    }
    if (info.device.state == DeviceState::kRevoked) {
      // A device the restored hub never heard of is taken back by its certificate like any other.
      if (!known || other->second.device.state != DeviceState::kRevoked)
        difference.revocations.push_back({info.device, ""});
      continue;
    }
    CompareCertificates(info, known ? other->second : DeviceInfo{}, known, difference);
  }
}

absl::Status CompareUnit(Hub& present, Hub& restored, const std::string& unit, const DeviceRows& devices,
                         HubDifference& difference) {
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger here, present.LoadLedger(unit));
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger there, restored.LoadLedger(unit));
  std::map<DeviceId, HubDifference::DeviceEntries> found;
  here.ForEach([&](Position, const EntryName& name, const Entry& entry) {
    if (there.Holds(name)) return;
    if (entry.device == kHubDevice) difference.hub_entries.push_back({unit, name, entry});
    HubDifference::DeviceEntries& of = found[entry.device];
    if (of.entries++ == 0) of.first = of.last = name;
    of.first = std::min(of.first, name);
    of.last = std::max(of.last, name);
  });
  for (auto& [device, of] : found) {
    of.unit = unit;
    of.device = device;
    const auto known = devices.find(device);
    if (known != devices.end()) of.name = known->second.device.name;
    difference.entries.push_back(of);
  }
  return absl::OkStatus();
}

struct TokenFacts {
  HubDifference::Token token;
  bool used = false;
};
absl::StatusOr<std::map<std::string, TokenFacts>> TokensOf(SqliteHubStore& store) {
  MOTCUA_ASSIGN_OR_RETURN(Statement select,
                          store.database().Prepare("SELECT secret_hash, unit, role, expires_s, used_s FROM token"));
  Query query(select);
  std::map<std::string, TokenFacts> tokens;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return tokens;
    TokenFacts facts;
    facts.token.unit = std::string(query.Text(1));
    facts.token.role = static_cast<Role>(query.Int(2));
    facts.token.expires_s = query.Int(3);
    facts.token.used = query.Int(4) != 0;
    tokens.emplace(std::string(query.Bytes(0)), std::move(facts));
  }
}

absl::Status CompareTokens(SqliteHubStore& present, SqliteHubStore& restored, HubDifference& difference) {
  MOTCUA_ASSIGN_OR_RETURN(const auto here, TokensOf(present));
  MOTCUA_ASSIGN_OR_RETURN(const auto there, TokensOf(restored));
  for (const auto& [secret, facts] : here) {
    const auto other = there.find(secret);
    if (other != there.end() && other->second.token.used == facts.token.used) continue;
    difference.tokens.push_back(facts.token);
    difference.tokens.back().made_since = other == there.end();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Hash>> CatalogsOf(SqliteHubStore& store) {
  MOTCUA_ASSIGN_OR_RETURN(Statement select,
                          store.database().Prepare("SELECT version FROM catalog ORDER BY number"));
  Query query(select);
  std::vector<Hash> versions;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return versions;
    versions.push_back(HashFrom(query.Bytes(0)));
  }
}

// The last version both were given, and all after it: a version may have been applied twice.
absl::Status CompareCatalogs(SqliteHubStore& present, SqliteHubStore& restored, HubDifference& difference) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<Hash> here, CatalogsOf(present));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<Hash> there, CatalogsOf(restored));
  const auto [since, ignored] = std::mismatch(here.begin(), here.end(), there.begin(), there.end());
  difference.catalogs.assign(since, here.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HubDifference> OnlyIn(HubAndStore present, HubAndStore restored) {
  HubDifference difference;
  MOTCUA_ASSIGN_OR_RETURN(const DeviceRows here, DevicesOf(*present.hub));
  MOTCUA_ASSIGN_OR_RETURN(const DeviceRows there, DevicesOf(*restored.hub));
  CompareDevices(here, there, difference);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> units, present.hub->UnitsWithLedger());
  for (const std::string& unit : units)
    MOTCUA_RETURN_IF_ERROR(CompareUnit(*present.hub, *restored.hub, unit, here, difference));
  MOTCUA_RETURN_IF_ERROR(CompareTokens(*present.store, *restored.store, difference));
  MOTCUA_RETURN_IF_ERROR(CompareCatalogs(*present.store, *restored.store, difference));
  return difference;
}

}  // namespace motcua
