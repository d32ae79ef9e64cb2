/** Where the stages `kernels` and `inputs` have what they made. */
export const RESULT = '/result';

/** Compiles what the check of the patched kernels compiles, and nothing else. */
export function kernels(): string[] {
  return [
    'FROM base AS kernels-build',
    'ADD trees/vllm.tar /src/vllm/',
    'COPY kernels/ /src/kernels/',
    'COPY image/check-kernels.sh /src/check-kernels.sh',
    'RUN ["/src/check-kernels.sh", "/src/kernels", "/src/vllm", "/out"]',
    '',
    '# Objects and proof, in a folder of their own: engines put files of theirs at the top.',
    'FROM scratch AS kernels',
    `COPY --from=kernels-build /out/ ${RESULT}/`,
    `COPY lock.json ${RESULT}/`,
  ];
}
