#include "agent/serve/log.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "grpc/support/log.h"
#include "spdlog/pattern_formatter.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

// syslog's priorities: RFC 5424, section 6.2.1.
class Priority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    char digit = '6';
    if (message.level == spdlog::level::debug) digit = '7';
    if (message.level == spdlog::level::warn) digit = '4';
    if (message.level == spdlog::level::err) digit = '3';
    const char text[] = {'<', digit, '>'};
    out.append(text, text + sizeof(text));
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<Priority>();
  }
};

void Write(spdlog::level::level_enum level, absl::string_view line) {
  spdlog::log(level, "{}", std::string(line));
}

// gRPC's own lines, mostly about clients that fail in the handshake.
void WriteGrpcDebug(gpr_log_func_args* line) {
  LogDebug(absl::StrCat("grpc ", Printable(line->message)));
}
void WriteGrpcInfo(gpr_log_func_args* line) {
  LogInfo(absl::StrCat("grpc ", Printable(line->message)));
}

}  // namespace

void InitLog(absl::string_view level) {
  auto logger = std::make_shared<spdlog::logger>(
      "evidenced", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<Priority>('*').set_pattern("%*%v");
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::info);
  if (level == "debug") logger->set_level(spdlog::level::debug);
  if (level == "warning") logger->set_level(spdlog::level::warn);
  if (level == "error") logger->set_level(spdlog::level::err);
  spdlog::set_default_logger(std::move(logger));
  gpr_set_log_function(WriteGrpcDebug);
}

void LogGrpc() { gpr_set_log_function(WriteGrpcInfo); }

void LogDebug(absl::string_view line) { Write(spdlog::level::debug, line); }
void LogInfo(absl::string_view line) { Write(spdlog::level::info, line); }
void LogWarning(absl::string_view line) { Write(spdlog::level::warn, line); }
void LogError(absl::string_view line) { Write(spdlog::level::err, line); }

}  // namespace evidenced
