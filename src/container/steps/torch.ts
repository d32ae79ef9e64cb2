import { type ImageFacts, TORCH_FAMILY, torchIndex, torchRequirement } from '../facts.js';
import { AWAY, mounts, PIP, run, word } from './words.js';

/** Torch for the set's CUDA. The constraint holds it in place: no later step can put a CPU wheel there. */
export function torch(facts: ImageFacts): string[] {
  const index = torchIndex(facts);
  const from = facts.offline ? '' : `--index-url ${index} `;
  return [
    'ENV PATH=/opt/venv/bin:$PATH VIRTUAL_ENV=/opt/venv PIP_DISABLE_PIP_VERSION_CHECK=1',
    ...(facts.offline ? [`ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=${AWAY}/pip`] : []),
    ...run(
      mounts(facts.offline, PIP),
      'python3 -m venv /opt/venv',
      `pip install ${from}${word(torchRequirement(facts))} ${TORCH_FAMILY.join(' ')}`,
      "pip freeze | grep -E '^(torch|torchvision|torchaudio|triton)==' > /opt/constraints.txt",
    ),
    '# The NCCL that torch was built for is the one that is installed: two machines must have one version.',
    'COPY image/check-nccl.py /src/check-nccl.py',
    'RUN python3 /src/check-nccl.py',
    `ENV PIP_CONSTRAINT=/opt/constraints.txt${facts.offline ? '' : ` PIP_EXTRA_INDEX_URL=${index}`}`,
  ];
}
