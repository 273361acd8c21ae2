#include <memory>
#include <string>
#include <vector>

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;

class LogStreams : public AgentFixture {
 protected:
  static std::vector<v1::EventLogChunk> ReadLog(
      const std::shared_ptr<grpc::Channel>& channel,
      const v1::StreamEventLogRequest& request, grpc::Status& status) {
    grpc::ClientContext context;
    const auto reader = v1::EvidenceService::NewStub(channel)->StreamEventLog(
        &context, request);
    std::vector<v1::EventLogChunk> chunks;
    v1::EventLogChunk chunk;
    while (reader->Read(&chunk)) chunks.push_back(chunk);
    status = reader->Finish();
    return chunks;
  }
};

v1::StreamEventLogRequest LogRequest(uint64_t start, uint64_t count) {
  v1::StreamEventLogRequest request;
  request.set_label("log.tcg2");
  request.set_start(start);
  request.set_count(count);
  return request;
}

TEST_F(LogStreams, StreamsALogInWholeEventsAndLargeEventsInPieces) {
  constexpr size_t kMiB = size_t{1} << 20;
  LogSnapshot log;
  log.offsets = {0, 10, kMiB / 2, kMiB, 3 * kMiB + 5};
  log.bytes.resize(3 * kMiB + 105);
  for (size_t i = 0; i < log.bytes.size(); ++i) {
    log.bytes[i] = static_cast<uint8_t>(i * 7);
  }
  collector_.SetLog(log);
  Start();
  const auto channel = TlsChannel(Verifier());
  grpc::Status status;
  const auto chunks = ReadLog(channel, LogRequest(0, 0), status);
  ASSERT_TRUE(status.ok()) << status.error_message();
  std::string whole;
  uint64_t events = 0;
  for (const v1::EventLogChunk& chunk : chunks) {
    EXPECT_EQ(chunk.offset(), whole.size());
    EXPECT_EQ(chunk.first_event(), events);
    EXPECT_LE(chunk.data().size(), kMiB);
    EXPECT_FALSE(chunk.data().empty());
    whole += chunk.data();
    events += chunk.events();
  }
  EXPECT_EQ(events, log.offsets.size());
  EXPECT_EQ(whole, ToString(log.bytes));
  EXPECT_EQ(chunks.front().data().size(), kMiB);
}

TEST_F(LogStreams, StreamsTheEventsThatWereAskedFor) {
  LogSnapshot log;
  log.bytes = {'a', 'b', 'b', 'c', 'c', 'c'};
  log.offsets = {0, 1, 3};
  collector_.SetLog(log);
  Start();
  const auto channel = TlsChannel(Verifier());
  grpc::Status status;
  auto chunks = ReadLog(channel, LogRequest(1, 1), status);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].data(), "bb");
  EXPECT_EQ(chunks[0].offset(), 1U);
  EXPECT_EQ(chunks[0].first_event(), 1U);
  EXPECT_EQ(chunks[0].events(), 1U);
  chunks = ReadLog(channel, LogRequest(1, UINT64_MAX), status);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].data(), "bbccc");
  chunks = ReadLog(channel, LogRequest(3, 0), status);
  EXPECT_TRUE(chunks.empty());
  EXPECT_TRUE(status.ok());
  chunks = ReadLog(channel, LogRequest(4, 0), status);
  EXPECT_TRUE(chunks.empty());
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  v1::StreamEventLogRequest unknown = LogRequest(0, 0);
  unknown.set_label("log.none");
  chunks = ReadLog(channel, unknown, status);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace evidenced
