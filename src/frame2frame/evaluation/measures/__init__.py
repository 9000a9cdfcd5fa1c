"""What answers are measured by: docs/how-to/evaluate.md.

seen     pictures as measures see them
pixels   what needs no network: SSIM, PSNR, sharpness, drift of camera and colour, how much was changed
apart    how far apart pictures look to a network: LPIPS, ST-LPIPS
encoded  similarity of what encoders make of pictures and texts: CLIP, DINO, faces
panel    all of them, as far as their networks are here
"""
