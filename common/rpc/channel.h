// Channels and server settings: every number of the transport in one place. They fit mobile lines that forget
// idle connections within minutes, cost money by the byte, and are slow without being dead.
//
// Threads: any.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <optional>
#include <string>

#include "common/base/language.h"
#include "common/base/status.h"
#include "common/security/ca.h"

namespace motcua {

// Sends the own lines of gRPC and Protobuf to our log; without it handshake errors and malformed messages go
// to stderr. Call once, before any channel.
void SendGrpcLogToOurs();

// HOST:PORT with a port from 1 to 65535 (0 too where a free one may be picked); [::1]:7443 for IPv6.
// kInvalidArgument otherwise: gRPC itself reads 99999 as some other port.
absl::Status CheckAddress(absl::string_view address, bool port_may_be_zero);

// A fresh connection to `address` ("host:port") that accepts only the hub whose CA is `ca_pem`, showing
// `identity` when given. Nothing is dialled before the first call.
std::shared_ptr<grpc::Channel> VerifiedChannel(const std::string& address, const std::string& ca_pem,
                                               const std::optional<TlsIdentity>& identity);
// Encrypted, but to whoever answers: only for asking for a CA that is then compared with a fingerprint.
std::shared_ptr<grpc::Channel> UnverifiedChannel(const std::string& address);

// Keepalive, connection age, message sizes and memory of the hub's public port.
void ApplyServerLimits(grpc::ServerBuilder* builder);
// TLS with `identity`; a client certificate is asked for, and one that is shown must come from `ca_pem`.
std::shared_ptr<grpc::ServerCredentials> HubCredentials(const TlsIdentity& identity,
                                                        const std::string& ca_pem);

// The caller's language travels with each call: "vi" or "en".
inline constexpr char kLanguageMetadata[] = "motcua-lang";
inline constexpr absl::string_view LanguageTag(Language language) {
  return language == Language::kEnglish ? "en" : "vi";
}
inline constexpr Language LanguageOfTag(absl::string_view tag) {
  return tag == "en" ? Language::kEnglish : Language::kVietnamese;
}

}  // namespace motcua
