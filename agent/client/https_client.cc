#include "agent/client/https_client.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "openssl/ssl.h"

#include "agent/client/files.h"
#include "curl/curl.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxHeaderSize = size_t{64} << 10;
constexpr int64_t kMaxRedirects = 3;
constexpr int64_t kConnectMilliseconds = 10000;

struct Transfer {
  HttpReply reply;
  size_t max_size = 0;
  size_t header_size = 0;
  bool headers_too_large = false;
};

// The signatures of these are libcurl's: to take less than was given ends the
// transfer.
size_t OnBody(char* data, size_t size, size_t count, void* to) {
  Transfer& transfer = *static_cast<Transfer*>(to);
  const size_t length = size * count;
  if (length > transfer.max_size - transfer.reply.body.size()) {
    transfer.reply.body_cut = true;
    return 0;
  }
  transfer.reply.body.append(data, length);
  return length;
}

size_t OnHeader(char* data, size_t size, size_t count, void* to) {
  Transfer& transfer = *static_cast<Transfer*>(to);
  const size_t length = size * count;
  transfer.header_size += length;
  if (transfer.header_size > kMaxHeaderSize) {
    transfer.headers_too_large = true;
    return 0;
  }
  const absl::string_view line(data, length);
  // The next answer of several: where the first sent the client elsewhere.
  if (absl::StartsWith(line, "HTTP/")) transfer.reply.headers.clear();
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return length;
  transfer.reply.headers.emplace(
      absl::AsciiStrToLower(line.substr(0, colon)),
      absl::StripAsciiWhitespace(line.substr(colon + 1)));
  return length;
}

// This process speaks TLS 1.3 alone, see RequireTls13(), but the vendors'
// services need not. What they say is judged by the vendor's own signature, and
// not by the connection that brought it.
CURLcode AllowTls12(CURL*, void* context, void*) {
  SSL_CTX_clear_options(static_cast<SSL_CTX*>(context), SSL_OP_NO_TLSv1_2);
  return CURLE_OK;
}

absl::StatusCode CodeOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_PEER_FAILED_VERIFICATION:
      return absl::StatusCode::kUnauthenticated;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

struct HttpsClient::Handle {
  Handle() : started(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
    if (started) curl = curl_easy_init();
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    curl_easy_cleanup(curl);
    if (started) curl_global_cleanup();
  }

  template <typename T>
  void Set(CURLoption option, T value) {
    if (set == CURLE_OK) set = curl_easy_setopt(curl, option, value);
  }
  void SetRules(const HttpsOptions& options);

  bool started;
  CURL* curl = nullptr;
  CURLcode set = CURLE_OK;  // the first that was refused
};

// What holds for every request.
void HttpsClient::Handle::SetRules(const HttpsOptions& options) {
  Set(CURLOPT_PROTOCOLS_STR, "https");
  Set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  Set(CURLOPT_FOLLOWLOCATION, 1L);
  Set(CURLOPT_MAXREDIRS, kMaxRedirects);
  Set(CURLOPT_HTTP_VERSION, int64_t{CURL_HTTP_VERSION_1_1});
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  Set(CURLOPT_SSLVERSION, int64_t{CURL_SSLVERSION_TLSv1_2});
  Set(CURLOPT_SSL_CTX_FUNCTION, &AllowTls12);
  if (!options.ca_file.empty()) {
    Set(CURLOPT_CAINFO, options.ca_file.c_str());
    Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  // Empty texts, and not none: else those of the environment would do.
  Set(CURLOPT_PROXY, options.proxy.c_str());
  Set(CURLOPT_NOPROXY, "");
  Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  Set(CURLOPT_USERAGENT, "evidencectl/" EVIDENCED_VERSION);
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
  Set(CURLOPT_WRITEFUNCTION, &OnBody);
  Set(CURLOPT_HEADERFUNCTION, &OnHeader);
}

HttpsClient::HttpsClient(HttpsOptions options, std::unique_ptr<Handle> handle)
    : options_(std::move(options)), handle_(std::move(handle)) {}

HttpsClient::~HttpsClient() = default;

absl::StatusOr<std::unique_ptr<HttpsClient>> HttpsClient::Open(
    HttpsOptions options) {
  if (!options.ca_file.empty()) {
    RETURN_IF_ERROR(ReadFile(options.ca_file).status());
  }
  auto handle = std::make_unique<Handle>();
  if (handle->curl == nullptr) {
    return absl::InternalError("expected libcurl to start, found a failure");
  }
  handle->SetRules(options);
  if (handle->set != CURLE_OK) {
    return absl::InternalError(
        absl::StrCat("expected libcurl to take its options, found: ",
                     curl_easy_strerror(handle->set)));
  }
  return std::unique_ptr<HttpsClient>(
      new HttpsClient(std::move(options), std::move(handle)));
}

absl::StatusOr<HttpReply> HttpsClient::Get(const HttpRequest& request) {
  Transfer transfer;
  transfer.max_size = request.max_size;
  std::array<char, CURL_ERROR_SIZE> reason{};
  handle_->set = CURLE_OK;
  handle_->Set(CURLOPT_URL, request.url.c_str());
  // 0 would be no limit at all.
  handle_->Set(CURLOPT_TIMEOUT_MS,
               std::max(int64_t{1}, ToInt64Milliseconds(request.timeout)));
  handle_->Set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  handle_->Set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  handle_->Set(CURLOPT_ERRORBUFFER, reason.data());
  const CURLcode done = handle_->set == CURLE_OK
                            ? curl_easy_perform(handle_->curl)
                            : handle_->set;
  // They are of this call alone.
  curl_easy_setopt(handle_->curl, CURLOPT_ERRORBUFFER, nullptr);
  if (transfer.headers_too_large) {
    return absl::ResourceExhaustedError(
        absl::StrCat("expected headers of at most ", kMaxHeaderSize,
                     " bytes from ", Printable(request.url), ", found more"));
  }
  // What its status is comes first, whatever it says.
  if (done != CURLE_OK && !transfer.reply.body_cut) {
    const std::string why = reason.front() != '\0' ? std::string(reason.data())
                                                   : curl_easy_strerror(done);
    return {absl::Status(
        CodeOf(done), absl::StrCat("cannot get ", Printable(request.url), ": ",
                                   Printable(why)))};
  }
  int64_t status = 0;
  curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  return std::move(transfer.reply);
}

}  // namespace evidenced
