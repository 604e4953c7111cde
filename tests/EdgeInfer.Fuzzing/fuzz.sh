#!/bin/bash
# fuzz.sh TARGET [SECONDS]: fuzzes one target (tflite, onnx, blob or native); docs/fuzzing.md. What is found is in artifacts/fuzzing/TARGET.
set -euo pipefail
target=${1:?"usage: fuzz.sh tflite|onnx|blob|native [SECONDS]"}
seconds=${2:-3600}
project=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$project/../.." && pwd)
work="$repository/artifacts/fuzzing"
program="$work/$target/program"
mkdir -p "$work/$target"

# A copy of the program, so that no build is disturbed when it is instrumented.
rm -rf "$program" "$work/$target/seeds"
dotnet build "$project" -c Release -v q -nologo -clp:ErrorsOnly
cp -r "$repository/artifacts/bin/EdgeInfer.Fuzzing/release" "$program"

# Seeds: the repository's samples, cases found before, the models that tests write, and small public models where they are beside the repository.
seeds="$work/$target/seeds"
dotnet "$program/EdgeInfer.Fuzzing.dll" seeds "$target" "$seeds"
kind=$target
[ "$target" = native ] && kind=blob
cp -n "$project/Cases/$kind"/* "$seeds" 2>/dev/null || true
case $target in
tflite) tests=EdgeInfer.Tests; filter='FullyQualifiedName~Tflite' ;;
onnx) tests=EdgeInfer.Quantizer.Tests; filter='FullyQualifiedName~Onnx' ;;
*) tests= ;;
esac
if [ -n "$tests" ] && [ ! -d "$work/written/$target" ]; then
    EDGEINFER_FUZZING_SEEDS="$work/written" dotnet test "$repository/tests/$tests" --filter "$filter&FullyQualifiedName!~Damaged" -v q -nologo || true
fi
cp -n "$work/written/$target"/* "$seeds" 2>/dev/null || true

# What an earlier run has learned is seed for this one; what it has found is kept.
findings="$work/$target/findings"
if [ -d "$findings/default" ]; then
    cp -n "$findings/default/queue"/id* "$seeds" 2>/dev/null || true
    mkdir -p "$work/$target/found"
    cp -n "$findings/default"/{crashes,hangs}/id* "$work/$target/found" 2>/dev/null || true
    cat "$findings/default/fuzzer_stats" >> "$work/$target/history" || true
    rm -rf "$findings"
fi
number=0
while IFS= read -r -d '' model; do
    cp "$model" "$seeds/public$((number++))"
done < <(find -L "$repository/../shared" -name "*.$target" -size -20k -print0)

[ -x "$work/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools"
for library in EdgeInfer EdgeInfer.Audio EdgeInfer.Converter EdgeInfer.Onnx $(cd "$program" && ls | sed -n 's/\.dll$//p' | grep -E '^EdgeInfer\.(Axis|Compiled|FourBit|Elementwise|Int16|Recurrent)$'); do
    "$work/tools/sharpfuzz" "$program/$library.dll"
done

# A heap limit makes an input that takes too much memory a finding; -t makes one that takes too long a finding.
export DOTNET_GCHeapHardLimit=0x30000000 DOTNET_TieredPGO=0 DOTNET_gcServer=0
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_FORKSRV_INIT_TMOUT=120000 AFL_NO_UI=1
exec nice -n 19 afl-fuzz -i "$seeds" -o "$findings" -V "$seconds" -t "${FUZZ_TIMEOUT:-5000}" -m none -- dotnet "$program/EdgeInfer.Fuzzing.dll" run "$target"
