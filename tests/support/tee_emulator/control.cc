#include "tests/support/tee_emulator/control.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tee_emulator {
namespace {

struct NumberKey {
  std::string_view name;
  uint64_t Faults::*field;
};
constexpr std::array<NumberKey, 21> kNumbers = {{
    {"delay_ms", &Faults::delay_ms},
    {"hold", &Faults::hold},
    {"error", &Faults::error},
    {"exitinfo2", &Faults::exitinfo2},
    {"throttle_every", &Faults::throttle_every},
    {"throttle_ms", &Faults::throttle_ms},
    {"lose_key", &Faults::lose_key},
    {"no_provider", &Faults::no_provider},
    {"provider_leaves", &Faults::provider_leaves},
    {"orphan_error", &Faults::orphan_error},
    {"rmdir_error", &Faults::rmdir_error},
    {"floor", &Faults::floor},
    {"status", &Faults::status},
    {"certs_cap", &Faults::certs_cap},
    {"table_size", &Faults::table_size},
    {"outblob_size", &Faults::outblob_size},
    {"auxblob_size", &Faults::auxblob_size},
    {"policy", &Faults::policy},
    {"second_writes", &Faults::second_writes},
    {"attributes", &Faults::attributes},
    {"tdreport_error", &Faults::tdreport_error},
}};

struct WordKey {
  std::string_view name;
  std::string Faults::*field;
  std::vector<std::string_view> words;
};
const std::vector<WordKey>& Words() {
  static const std::vector<WordKey> words = {
      {"report",
       &Faults::report,
       {"good", "other_data", "zero", "short", "size_too_large", "other_key",
        "version_6", "empty", "unbound_key", "foreign_qe"}},
      {"table",
       &Faults::table,
       {"good", "none", "overlapping", "overflowing", "out_of_range",
        "unterminated", "duplicate", "zero_length", "garbage"}},
      {"second_writer", &Faults::second_writer, {"none", "before", "after"}},
      {"provider", &Faults::provider, {"good", "unknown", "arm_cca_guest"}},
      {"ccel",
       &Faults::ccel,
       {"good", "none", "table_garbage", "table_too_long", "table_too_short",
        "log_empty", "log_blank"}},
  };
  return words;
}

// Decimal, or hexadecimal with 0x.
bool ParseNumber(std::string_view text, uint64_t* number) {
  const bool hex = text.substr(0, 2) == "0x";
  if (hex) text.remove_prefix(2);
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *number, hex ? 16 : 10);
  return result.ec == std::errc() && result.ptr == end;
}

constexpr std::chrono::seconds kLongestHold{60};

void Sleep(uint64_t milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

bool ApplyLine(std::string_view line, Faults& faults) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 1);
  for (const NumberKey& key : kNumbers) {
    if (key.name == name) return ParseNumber(value, &(faults.*key.field));
  }
  for (const WordKey& key : Words()) {
    if (key.name != name) continue;
    if (std::find(key.words.begin(), key.words.end(), value) ==
        key.words.end()) {
      return false;
    }
    faults.*key.field = value;
    return true;
  }
  return false;
}

}  // namespace

int Control::Apply(const std::string& text) {
  Faults changed = faults();
  std::vector<std::pair<Command, std::string>> commands;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    const size_t equals = line.find('=');
    const auto command = commands_.find(line.substr(0, equals));
    if (equals != std::string::npos && command != commands_.end()) {
      commands.emplace_back(command->second, line.substr(equals + 1));
    } else if (!ApplyLine(line, changed)) {
      return EINVAL;
    }
  }
  {
    const std::lock_guard lock(mutex_);
    faults_ = changed;
  }
  changed_.notify_all();
  for (const auto& [command, value] : commands) {
    const int error = command(value);
    if (error != 0) return error;
  }
  return 0;
}

std::string Control::Text(size_t entries) const {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  for (const NumberKey& key : kNumbers) {
    out << key.name << '=' << faults_.*key.field << '\n';
  }
  for (const WordKey& key : Words()) {
    out << key.name << '=' << faults_.*key.field << '\n';
  }
  out << "key_lost=" << (key_lost_ ? 1 : 0) << '\n'
      << "requests=" << requests_ << '\n'
      << "entries=" << entries << '\n';
  return out.str();
}

Faults Control::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

int Control::Disturb(const Faults& faults) {
  uint64_t number = 0;
  {
    std::unique_lock lock(mutex_);
    number = ++requests_;
    if (key_lost_) return ENOTTY;
    // A test that failed before it let go is not waited for.
    changed_.wait_for(lock, kLongestHold, [this] { return faults_.hold == 0; });
  }
  Sleep(faults.delay_ms);
  if (faults.throttle_every != 0 && number % faults.throttle_every == 0) {
    Sleep(faults.throttle_ms);
  }
  if (faults.lose_key != 0) {
    LoseKey();
    return EIO;
  }
  return static_cast<int>(faults.error);
}

bool Control::TakeSecondWrite(const std::string& when) {
  const std::lock_guard lock(mutex_);
  if (faults_.second_writer != when || faults_.second_writes == 0) {
    return false;
  }
  --faults_.second_writes;
  return true;
}

void Control::LeaveIfDue() {
  const std::lock_guard lock(mutex_);
  if (faults_.provider_leaves == 0) return;
  faults_.provider_leaves = 0;
  faults_.no_provider = 1;
}

bool Control::key_lost() const {
  const std::lock_guard lock(mutex_);
  return key_lost_;
}

void Control::LoseKey() {
  const std::lock_guard lock(mutex_);
  key_lost_ = true;
  faults_.lose_key = 0;
}

}  // namespace tee_emulator
