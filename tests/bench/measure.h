#ifndef TESTS_BENCH_MEASURE_H_
#define TESTS_BENCH_MEASURE_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace evidenced {

// What fails is no measurement.
inline void Require(bool holds, absl::string_view what) {
  if (holds) return;
  std::cerr << "bench: " << what << " failed\n";
  std::exit(1);
}

// Of the processor, not of the clock on the wall: what is asked is how much one
// core does, and other programs must not count.
inline absl::Duration TimeOf(const std::function<void()>& body) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return absl::DurationFromTimespec(time);
  };
  const absl::Duration start = now();
  body();
  return now() - start;
}

// `values` has at least one.
inline double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What is measured in turns with others.
struct Step {
  std::string name;
  std::function<void()> body;
  std::vector<double> times = {};  // in microseconds
};

// Goes through all of them `rounds` times, after one that does not count, and
// gives rows "GROUP/NAME" of a JSON array; the baseline is `times` the median
// of the first.
inline std::string MeasureInTurns(absl::string_view group,
                                  std::vector<Step> steps, int rounds,
                                  int times) {
  for (int round = -1; round < rounds; ++round) {
    for (Step& step : steps) {
      const double time = absl::ToDoubleMicroseconds(TimeOf(step.body));
      if (round >= 0) step.times.push_back(time);
    }
  }
  const double baseline = times * Median(steps.front().times);
  std::string out;
  for (const Step& step : steps) {
    absl::StrAppendFormat(
        &out,
        "%s{\"name\": \"%s/%s\", \"value\": %.2f, \"unit\": \"us\", "
        "\"baseline\": %.2f}",
        out.empty() ? "[" : ",\n", group, step.name, Median(step.times),
        baseline);
  }
  return out + "]";
}

}  // namespace evidenced

#endif  // TESTS_BENCH_MEASURE_H_
