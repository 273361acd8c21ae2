#include "agent/client/collateral_cache.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "agent/client/cache_directory.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

constexpr char kUrl[] = "https://service/thing";

class Cache : public ::testing::Test {
 protected:
  // The one file in the cache.
  std::string File() const {
    std::filesystem::directory_iterator entry(cache_.directory());
    return entry->path().string();
  }
  static std::string Read(const std::string& path) {
    const std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  TempDir folder_;
  CollateralCache cache_{folder_.File("a/b/cache")};
  KeptAnswer answer_{.fetched = absl::FromUnixSeconds(1767225600),
                     .issuer_chain = "%2D%2D",
                     .body = std::string("\0\xff body", 7)};
};

TEST_F(Cache, GivesWhatWasKept) {
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  const auto found = cache_.Find(kUrl);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->fetched, answer_.fetched);
  EXPECT_EQ(found->issuer_chain, answer_.issuer_chain);
  EXPECT_EQ(found->body, answer_.body);
}

TEST_F(Cache, KnowsNothingElse) {
  EXPECT_FALSE(cache_.Find(kUrl).has_value());
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  EXPECT_FALSE(cache_.Find("https://service/other").has_value());
}

TEST_F(Cache, GivesNothingForAnotherUrlsFile) {
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  const std::string file = File();
  ASSERT_TRUE(cache_.Keep("https://service/other", answer_).ok());
  for (const auto& entry :
       std::filesystem::directory_iterator(cache_.directory())) {
    if (entry.path() != file) std::filesystem::rename(file, entry.path());
  }
  EXPECT_FALSE(cache_.Find("https://service/other").has_value());
}

TEST_F(Cache, GivesNothingOfAFileWithAnyByteChanged) {
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  const std::string file = File();
  const std::string whole = Read(file);
  size_t same = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    WriteFile(file, AsBytes(damaged));
    const auto found = cache_.Find(kUrl);
    // The URL's copy is for people, and its name is the digest's.
    if (!found.has_value()) continue;
    EXPECT_EQ(found->body, answer_.body) << i;
    EXPECT_EQ(found->issuer_chain, answer_.issuer_chain) << i;
    EXPECT_EQ(found->fetched, answer_.fetched) << i;
    ++same;
  }
  EXPECT_LE(same, std::string(kUrl).size() + std::string("url").size());
}

TEST_F(Cache, GivesNothingOfATruncatedFile) {
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  const std::string file = File();
  const std::string whole = Read(file);
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteFile(file, AsBytes(whole.substr(0, size)));
    EXPECT_FALSE(cache_.Find(kUrl).has_value()) << size;
  }
}

TEST_F(Cache, GivesNothingOfJsonOfAnotherForm) {
  ASSERT_TRUE(cache_.Keep(kUrl, answer_).ok());
  for (const char* text :
       {"[]", "null", "{}", R"({"form":{}})", R"({"form":1})",
        R"({"form":1,"fetched_unix":"x","issuer_chain":1,"body":[]})"}) {
    WriteFile(File(), AsBytes(text));
    EXPECT_FALSE(cache_.Find(kUrl).has_value()) << text;
  }
}

TEST_F(Cache, IsWholeWhoeverElseWrites) {
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this, i] {
      KeptAnswer own = answer_;
      own.body = std::string(20000, static_cast<char>('a' + i));
      for (int round = 0; round < 20; ++round) {
        EXPECT_TRUE(cache_.Keep(kUrl, own).ok());
        const auto found = cache_.Find(kUrl);
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->body, std::string(20000, found->body.front()));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
}

TEST(NoCache, KeepsAndFindsNothing) {
  const CollateralCache none("");
  EXPECT_TRUE(none.Keep(kUrl, {}).ok());
  EXPECT_FALSE(none.Find(kUrl).has_value());
}

class CacheDirectory : public ::testing::Test {
 protected:
  static std::string With(const char* cache, const char* home) {
    Set("XDG_CACHE_HOME", cache);
    Set("HOME", home);
    return DefaultCacheDirectory();
  }
  static void Set(const char* name, const char* value) {
    if (value == nullptr) {
      unsetenv(name);
    } else {
      setenv(name, value, 1);
    }
  }
};

TEST_F(CacheDirectory, IsTheUsersOwn) {
  EXPECT_EQ(With("/c", "/h"), "/c/evidencectl");
  EXPECT_EQ(With(nullptr, "/h"), "/h/.cache/evidencectl");
  EXPECT_EQ(With("", "/h"), "/h/.cache/evidencectl");
  EXPECT_EQ(With("relative", "/h"), "/h/.cache/evidencectl");
  EXPECT_EQ(With(nullptr, "relative"), "");
  EXPECT_EQ(With(nullptr, nullptr), "");
}

}  // namespace
}  // namespace evidenced
