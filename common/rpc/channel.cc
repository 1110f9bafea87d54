#include "common/rpc/channel.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "absl/strings/numbers.h"
#include "common/base/log.h"
#include "common/sync/limits.h"

namespace motcua {
namespace {

constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kClientKeepaliveMs = 60'000;
constexpr int kServerKeepaliveMs = 120'000;
// Less than a desk's ping interval; with the default of five minutes the hub would hang up on it.
constexpr int kPingIntervalMinMs = 30'000;
constexpr int kConnectionIdleMs = 300'000;
constexpr int kConnectionAgeMs = 3'600'000;
constexpr int kConnectionAgeGraceMs = 120'000;
constexpr int kHandshakeMs = 30'000;
// One desk needs one stream; some room for an operator's tools.
constexpr int kStreamsMax = 4;
// More than the exchanges that may wait (GrpcServerOptions), so that who is turned away is told so in words.
constexpr int kServerThreadsMax = 128;
constexpr int kServerQueues = 2;
constexpr std::size_t kServerMemoryMax = std::size_t{256} * 1024 * 1024;
// Bit 0 is "identity": a peer that may compress may also send a bomb.
constexpr int kOnlyIdentity = 1 << GRPC_COMPRESS_NONE;

LogLevel LevelOf(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_DEBUG:
      return LogLevel::kDebug;
    case GPR_LOG_SEVERITY_INFO:
      return LogLevel::kInfo;
    case GPR_LOG_SEVERITY_ERROR:
      break;
  }
  // A failed handshake is an error to gRPC and an everyday event to us.
  return LogLevel::kWarning;
}

grpc::ChannelArguments ClientArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kClientKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // An idle connection is closed instead of pinged: lines are metered.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // The least backoff is also the time a connect may take: TLS over a 2G line needs more than the default 20
  // s.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 30'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 120'000);
  // Going on after a failure is the session's decision, it knows what to halve.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // Without its own pool a "fresh" channel would be handed the old connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, kOnlyIdentity);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kResponseBytesMax));
  arguments.SetMaxSendMessageSize(static_cast<int>(kRequestBytesMax));
  arguments.SetSslTargetNameOverride(kHubServerName);
  return arguments;
}

}  // namespace

void SendGrpcLogToOurs() {
  gpr_set_log_function(
      [](gpr_log_func_args* line) { Log(LevelOf(line->severity), absl::StrCat("grpc: ", line->message)); });
  // What does not parse is answered to the caller; a stranger's bytes are no error of ours.
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string& message) {
        Log(LogLevel::kWarning, absl::StrCat("protobuf: ", message));
      });
}

absl::Status CheckAddress(absl::string_view address, bool port_may_be_zero) {
  const std::size_t colon = address.rfind(':');
  const absl::string_view host = address.substr(0, colon == absl::string_view::npos ? 0 : colon);
  const absl::string_view digits = address.substr(host.size() + (host.empty() ? 0 : 1));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool one_name = host.find_first_of(" /\t") == absl::string_view::npos &&
                        (bracketed || host.find_first_of(":[]") == absl::string_view::npos);
  uint32_t port = 0;
  const bool plain = !digits.empty() && digits.find_first_not_of("0123456789") == absl::string_view::npos;
  if (!host.empty() && one_name && plain && absl::SimpleAtoi(digits, &port) && port < 65536 &&
      (port > 0 || port_may_be_zero)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(Say(
      absl::StrCat("Địa chỉ ", Quoted(address), " không đúng; hãy viết MÁY:CỔNG, ví dụ hub.example.vn:7443."),
      absl::StrCat("The address ", Quoted(address),
                   " cannot be used; write HOST:PORT, for example hub.example.vn:7443.")));
}

std::shared_ptr<grpc::Channel> VerifiedChannel(const std::string& address, const std::string& ca_pem,
                                               const std::optional<TlsIdentity>& identity) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ca_pem;
  if (identity) {
    options.pem_private_key = identity->key_pem;
    options.pem_cert_chain = identity->certificate_pem;
  }
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), ClientArguments());
}

std::shared_ptr<grpc::Channel> UnverifiedChannel(const std::string& address) {
  // One options object makes one credentials object: a second one made from it would share a freed core
  // object.
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<grpc::experimental::NoOpCertificateVerifier>());
  return grpc::CreateCustomChannel(address, grpc::experimental::TlsCredentials(options), ClientArguments());
}

void ApplyServerLimits(grpc::ServerBuilder* builder) {
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kServerKeepaliveMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingIntervalMinMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kConnectionIdleMs);
  // Old connections end, so that certificates are looked at again.
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsMax);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // Two hubs on one port would each get half of the desks.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->SetMaxReceiveMessageSize(static_cast<int>(kRequestBytesMax));
  builder->SetMaxSendMessageSize(static_cast<int>(kResponseBytesMax));
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  grpc::ResourceQuota quota("motcua-hub");
  quota.Resize(kServerMemoryMax);
  quota.SetMaxThreads(kServerThreadsMax);
  builder->SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, kServerQueues);
  builder->SetResourceQuota(quota);
}

std::shared_ptr<grpc::ServerCredentials> HubCredentials(const TlsIdentity& identity,
                                                        const std::string& ca_pem) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = ca_pem;
  options.pem_key_cert_pairs.push_back({identity.key_pem, identity.certificate_pem});
  return grpc::SslServerCredentials(options);
}

}  // namespace motcua
