/* Entry of addon.node: attach(), preload(), the clock and the page size. */
#include <napi.h>
#include <unistd.h>

#include <memory>

#include "clock.h"
#include "error.h"
#include "options.h"
#include "preload_recording.h"
#include "recording.h"
#include "session.h"

namespace {

/* A session of what `make` makes, or its AttachError as JavaScript knows it. */
template <typename Make>
Napi::Value session_of(Napi::Env env, Make make) {
  try {
    return faultscope::Session::create(env, make());
  } catch (const faultscope::AttachError& error) {
    Napi::Error thrown = Napi::Error::New(env, error.what());
    thrown.Set("code", error.code);
    thrown.Set("remedy", error.remedy);
    throw thrown;
  }
}

Napi::Value attach(const Napi::CallbackInfo& info) {
  faultscope::Options options = faultscope::read_options(info[0]);
  return session_of(info.Env(), [&]() -> std::unique_ptr<faultscope::Source> {
    return std::make_unique<faultscope::Recording>(options.command, options.request);
  });
}

Napi::Value preload(const Napi::CallbackInfo& info) {
  faultscope::PreloadOptions options = faultscope::read_preload_options(info[0]);
  return session_of(info.Env(), [&]() -> std::unique_ptr<faultscope::Source> {
    return std::make_unique<faultscope::PreloadRecording>(options);
  });
}

Napi::Value clock_ns(const Napi::CallbackInfo& info) {
  return Napi::BigInt::New(info.Env(), faultscope::clock_ns());
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  faultscope::Session::define(env);
  exports.Set("attach", Napi::Function::New(env, attach, "attach"));
  exports.Set("preload", Napi::Function::New(env, preload, "preload"));
  exports.Set("clockNs", Napi::Function::New(env, clock_ns, "clockNs"));
  exports.Set("pageSize", Napi::Number::New(env, static_cast<double>(sysconf(_SC_PAGESIZE))));
  return exports;
}

}  // namespace

NODE_API_MODULE(faultscope, initialize)
